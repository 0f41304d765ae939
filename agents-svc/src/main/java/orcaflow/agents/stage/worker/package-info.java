/**
 * How a stage runs: workers in a Kafka share group, outputs, outcomes and dead letters in one
 * transaction. Begin with {@code Worker}, which is the loop.
 */
package orcaflow.agents.stage.worker;
