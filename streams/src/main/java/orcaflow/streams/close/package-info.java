/**
 * The rows that depend on the rest of an iteration, written once the iteration is closed.
 *
 * <p>{@code OpenSet} is the rule of when that is. {@link orcaflow.streams.close.Donors} is the rule
 * by which a group without wrong rollouts borrows some. {@link orcaflow.streams.close.ClosedSet}
 * applies a labelling to a whole set of groups, which is how a replay labels history again. {@link
 * orcaflow.streams.close.CloseProcessor} is the plumbing, with its stores in {@code CloseStores}.
 */
package orcaflow.streams.close;
