/**
 * The stage mechanism: inputs from a Kafka share group, outputs in transactions, an {@link
 * orcaflow.agents.stage.Agent} in between. Knows Kafka and Vert.x, has never heard of a model.
 *
 * <p>Begin with {@link orcaflow.agents.stage.Stage}, then read {@code Worker}, which is the loop.
 * What explicit acknowledgement means at Kafka 4.2 is told, fact by fact, in the tests of
 * infra/stack ({@code ShareGroups}, {@code SharesIT}).
 */
package orcaflow.agents.stage;
