package orcaflow.streams.grade;

import static orcaflow.streams.TopologyNodes.in;
import static orcaflow.streams.TopologyNodes.out;

import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;
import orcaflow.schemas.Topics;
import orcaflow.schemas.answer.second.Disagreements;
import orcaflow.streams.Counters;
import orcaflow.streams.TopologyNodes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * graded-rollouts to verdict-disagreements: what the second checker of answers contradicts. It
 * stands beside the stages and keeps nothing; a group that is redriven gives the same ids again.
 */
public final class SecondCheckProcessor
    extends ContextualProcessor<String, GradedRollout, String, VerdictDisagreement> {

  private static final String NODE = "second-checker";

  private final Counters counters;

  private SecondCheckProcessor(Counters counters) {
    this.counters = counters;
  }

  /** Adds the checker with its topic; the source of graded-rollouts exists already. */
  public static void addTo(Topology topology, TopologyNodes nodes, Counters counters) {
    topology.addProcessor(
        NODE, () -> new SecondCheckProcessor(counters), in(Topics.GRADED_ROLLOUTS));
    nodes.write(topology, Topics.VERDICT_DISAGREEMENTS, NODE);
  }

  @Override
  public void process(Record<String, GradedRollout> record) {
    for (VerdictDisagreement event : Disagreements.of(record.value())) {
      context().forward(record.withValue(event), out(Topics.VERDICT_DISAGREEMENTS));
      counters.disagreed();
    }
  }
}
