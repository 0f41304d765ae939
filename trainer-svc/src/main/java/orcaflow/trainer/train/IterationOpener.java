package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationSpec;
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
 * enough new rows have arrived. Where a run's control process opens iterations, it opens none.
 */
final class IterationOpener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IterationOpener.class);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final KafkaAccess kafka;
  private final Recipe recipe;
  private final String recipeId;
  private final IdempotentWriter writer;
  private final long wanted;
  private final Map<String, Map<Integer, Long>> read = new HashMap<>();
  private int latest;
  private Optional<Waiting<?>> waiting = Optional.empty();

  private IterationOpener(
      KafkaAccess kafka, Recipe recipe, String recipeId, IdempotentWriter writer, long wanted) {
    this.kafka = kafka;
    this.recipe = recipe;
    this.recipeId = recipeId;
    this.writer = writer;
    this.wanted = wanted;
  }

  static IterationOpener of(
      KafkaAccess kafka,
      TrainerConfig config,
      Recipe recipe,
      String recipeId,
      IdempotentWriter writer) {
    return new IterationOpener(kafka, recipe, recipeId, writer, config.train().openAfterRows());
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
    Waiting<?> rows = waiting.filter(w -> w.number == next).orElseGet(() -> waitFor(next));
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

  private Waiting<?> waitFor(int number) {
    close();
    Topic<?> topic = recipe.iterations().get(number - 1).topic();
    return new Waiting<>(number, topic, read.getOrDefault(topic.in(kafka.run()), Map.of()));
  }

  private void open(int number, Waiting<?> rows) {
    IterationSpec spec = recipe.iterations().get(number - 1);
    List<OffsetRange> ranges = rows.ranges();
    Iteration iteration =
        Iteration.newBuilder()
            .setId(Ids.iteration(kafka.run(), spec.name()))
            .setNumber(number)
            .setName(spec.name())
            .setAlgorithm(spec.algorithm())
            .setRecipe(recipeId)
            .setRanges(ranges)
            .setTime(Instant.now())
            .build();
    writer.append(Topics.ITERATIONS, iteration);
    writer.flush();
    latest = number;
    LOG.info("opened iteration {} with {} new rows", spec.name(), rows.rows);
  }

  /** Counts the rows that come for an iteration. */
  private final class Waiting<R extends SpecificRecord> {
    private final int number;
    private final String topic;
    private final RowFormat<R> format;
    private final TopicFollower<R> follower;
    private final Map<Integer, Long> from;
    private long rows;

    Waiting(int number, Topic<R> topic, Map<Integer, Long> from) {
      this.number = number;
      this.topic = topic.in(kafka.run());
      this.format = RowFormat.of(topic);
      this.follower = new TopicFollower<>(kafka, "trainer", topic, from);
      this.from = follower.positions();
    }

    long count() {
      rows +=
          follower.poll(WAIT).stream().filter(row -> format.belongs().test(row, number)).count();
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
