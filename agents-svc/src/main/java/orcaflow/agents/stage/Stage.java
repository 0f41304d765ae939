package orcaflow.agents.stage;

import java.util.function.ToIntFunction;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;

/**
 * A stage: one input topic, one agent.
 *
 * @param name verb of the flow; names the share group, the transactions and the metrics
 * @param input topic read
 * @param iteration iteration an input belongs to, 0 where it has none
 * @param agent the work
 * @param load how much of it at a time
 */
public record Stage<I extends SpecificRecord>(
    String name, Topic<I> input, ToIntFunction<I> iteration, Agent<I> agent, StageLimits load) {}
