/**
 * The rows that depend on the rest of an iteration. {@link orcaflow.streams.close.Donors} is the
 * rule by which a group without wrong rollouts borrows some; {@link
 * orcaflow.streams.close.ClosedSet} applies it to a closed set of groups; {@code CloseProcessor} is
 * the plumbing.
 */
package orcaflow.streams.close;
