package orcaflow.agents.stage;

import java.util.function.ToIntFunction;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;

/**
 * A stage: one input topic, one agent.
 *
 * @param name a verb of the flow; names the share group, the transactions and the metrics
 * @param input the topic that the stage reads
 * @param iteration the iteration of an input, 0 where it has none
 * @param agent the work
 * @param limits bounds of the work in flight, and times
 */
public record Stage<I extends SpecificRecord>(
    String name, Topic<I> input, ToIntFunction<I> iteration, Agent<I> agent, StageLimits limits) {}
