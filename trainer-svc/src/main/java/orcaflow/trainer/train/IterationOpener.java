package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.OffsetRange;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.TopicFollower;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous mode: opens the next iteration of the recipe once the one before it has its policy and
 * enough new rows have come. Where the front door opens iterations, this one opens none.
 */
final class IterationOpener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IterationOpener.class);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final KafkaAccess wire;
  private final Recipe recipe;
  private final IdempotentWriter ledger;
  private final long wanted;
  private final Map<String, Map<Integer, Long>> read = new HashMap<>();
  private int latest;
  private Optional<Waiting> waiting = Optional.empty();

  private IterationOpener(KafkaAccess wire, Recipe recipe, IdempotentWriter ledger, long wanted) {
    this.wire = wire;
    this.recipe = recipe;
    this.ledger = ledger;
    this.wanted = wanted;
  }

  static IterationOpener of(
      KafkaAccess wire, TrainerConfig config, Recipe recipe, IdempotentWriter ledger) {
    return new IterationOpener(wire, recipe, ledger, config.train().openAfterRows());
  }

  /** Takes note of an iteration, whoever opened it. */
  void opened(Iteration iteration) {
    latest = Math.max(latest, iteration.getNumber());
    for (OffsetRange range : iteration.getRanges()) {
      read.computeIfAbsent(range.getTopic(), t -> new HashMap<>())
          .merge(range.getPartition(), range.getTo(), Math::max);
    }
  }

  /** Number of the newest iteration; 0 before the first. */
  int latest() {
    return latest;
  }

  /**
   * Opens the next iteration if it is due.
   *
   * @param latestDone whether the newest iteration has its policy
   */
  void openWhatIsDue(boolean latestDone) {
    if (wanted == 0 || latest > 0 && !latestDone || latest >= recipe.iterations().size()) {
      return;
    }
    int next = latest + 1;
    Waiting rows = waiting.filter(w -> w.number == next).orElseGet(() -> waitFor(next));
    waiting = Optional.of(rows);
    if (rows.count() >= wanted) {
      open(next, rows);
      close();
    }
  }

  @Override
  public void close() {
    waiting.ifPresent(w -> w.follower.close());
    waiting = Optional.empty();
  }

  private Waiting waitFor(int number) {
    close();
    Topic<?> topic = recipe.iterations().get(number - 1).data();
    return new Waiting(number, topic, read.getOrDefault(topic.in(wire.run()), Map.of()));
  }

  private void open(int number, Waiting rows) {
    Recipe.Step step = recipe.iterations().get(number - 1);
    List<OffsetRange> ranges = rows.ranges();
    Iteration iteration =
        Iteration.newBuilder()
            .setId(wire.run() + "/" + step.name())
            .setNumber(number)
            .setName(step.name())
            .setAlgorithm(step.algorithm())
            .setRecipe(recipe.id(recipe.toString()))
            .setRanges(ranges)
            .setTime(Instant.now())
            .build();
    ledger.append(Topics.ITERATIONS, iteration);
    ledger.flush();
    latest = number;
    LOG.info("opened iteration {} with {} new rows", step.name(), rows.rows);
  }

  private static boolean belongs(SpecificRecord row, int number) {
    if (row instanceof LabelledCompletion labelled) {
      return labelled.getIteration() == number;
    }
    return !(row instanceof PreferencePair pair) || pair.getIteration() == number;
  }

  /** Counts the rows that come for an iteration. */
  private final class Waiting {
    private final int number;
    private final String topic;
    private final TopicFollower<? extends SpecificRecord> follower;
    private final Map<Integer, Long> from;
    private long rows;

    Waiting(int number, Topic<? extends SpecificRecord> topic, Map<Integer, Long> from) {
      this.number = number;
      this.topic = topic.in(wire.run());
      this.follower = new TopicFollower<>(wire, "trainer", topic, from);
      this.from = follower.positions();
    }

    long count() {
      rows += follower.poll(WAIT).stream().filter(row -> belongs(row, number)).count();
      return rows;
    }

    List<OffsetRange> ranges() {
      List<OffsetRange> ranges = new ArrayList<>();
      follower
          .positions()
          .forEach(
              (partition, to) -> {
                if (to > from.get(partition)) {
                  ranges.add(new OffsetRange(topic, partition, from.get(partition), to));
                }
              });
      return ranges;
    }
  }
}
