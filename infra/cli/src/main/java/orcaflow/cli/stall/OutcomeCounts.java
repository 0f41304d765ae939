package orcaflow.cli.stall;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.cli.run.Part;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many outcomes the stages have written since this was opened. The offsets of a group say less:
 * they move over inputs that a stage does not want, and over marks of transactions, while every
 * input that it wants waits for an endpoint.
 */
final class OutcomeCounts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OutcomeCounts.class);

  private final TopicReader<String, StageOutcome> outcomes;
  private final Map<String, Long> ofStage = new ConcurrentHashMap<>();

  private OutcomeCounts(TopicReader<String, StageOutcome> outcomes) {
    this.outcomes = outcomes;
  }

  /** Of a run whose topics are there. */
  static OutcomeCounts open(Cluster cluster) {
    TopicReader<String, StageOutcome> reader = TopicReader.events(cluster);
    reader.startAtBeginning(reader.partitions(Topics.STAGE_OUTCOMES.in(cluster.run())));
    reader.start(reader.committedEnds());
    return new OutcomeCounts(reader);
  }

  /** Reads what has come since the last look. */
  void look() {
    outcomes.readTo(
        outcomes.committedEnds(),
        TopicReader.Receiver.skipping(
            LOG, outcome -> ofStage.merge(outcome.value().getStage(), 1L, Long::sum)));
  }

  /** Outcomes of the stages of a part; nothing for a part without stages. */
  Optional<Long> of(Part part) {
    return part.stages().isEmpty()
        ? Optional.empty()
        : Optional.of(
            part.stages().stream().mapToLong(stage -> ofStage.getOrDefault(stage, 0L)).sum());
  }

  @Override
  public void close() {
    outcomes.close();
  }
}
