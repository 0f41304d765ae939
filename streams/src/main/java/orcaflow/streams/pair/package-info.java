/**
 * What is learnt from graded rollouts.
 *
 * <p>{@link orcaflow.streams.pair.Labelling} is the policy, as named data. {@code
 * ClosedSet.label(Collection<GradedRollout>, Labelling)} gives all rows that a closed set of groups
 * gives under one: a pure function, the same whatever the order, and what {@code replay} calls; for
 * sets beyond memory {@code ClosedSet} takes two passes. {@link orcaflow.streams.pair.Pairing} is
 * the rule for one group, {@link orcaflow.streams.pair.Donors} the rule by which a group without
 * wrong answers borrows some; the stages {@code pair} and {@code close} are the plumbing.
 */
package orcaflow.streams.pair;
