/**
 * Which rows of training data graded rollouts give.
 *
 * <p>{@link orcaflow.streams.pair.Labelling} is the labelling, as named data. {@link
 * orcaflow.streams.pair.Pairing} is the rule for one group, {@code RowFactory} makes the rows it
 * decides on, and {@link orcaflow.streams.pair.PairProcessor} is the plumbing.
 */
package orcaflow.streams.pair;
