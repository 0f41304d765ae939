/**
 * What is learnt from graded rollouts.
 *
 * <p>{@link orcaflow.streams.pair.Labelling} is the labelling, as named data. {@link
 * orcaflow.streams.pair.Pairing} is the rule for one group; {@code PairProcessor} is the plumbing.
 */
package orcaflow.streams.pair;
