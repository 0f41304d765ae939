/**
 * The stage mechanism inside: workers acquire inputs from a Kafka share group, run the agent, and
 * write outputs, outcomes and dead letters in one transaction before they accept the inputs.
 *
 * <p>Begin with {@code Worker}, {@code Lane} and {@code BatchRun}, the loop over one batch. The
 * tests of infra/stack ({@code ShareGroups}, {@code SharesIT}) state, fact by fact, how explicit
 * acknowledgement behaves at Kafka 4.2.
 */
package orcaflow.agents.stage.worker;
