/**
 * The public face of the stage mechanism: a {@link orcaflow.agents.stage.Stage} names an input
 * topic and an {@link orcaflow.agents.stage.Agent}; the package {@code worker} runs it. Both
 * packages know Kafka and Vert.x, and neither knows models.
 */
package orcaflow.agents.stage;
