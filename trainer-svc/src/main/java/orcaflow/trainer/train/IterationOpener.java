package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.TopicFollower;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous mode: opens the next iteration of the recipe once the one before it has its policy and
 * enough new rows have arrived. It opens it on all rows that are there then, of every partition.
 * One on rollouts opens with fewer once none has come for some time: what is sampled for it is
 * bounded, and rows of problems that were lost never come. Where a run's control process opens
 * iterations, it opens none.
 */
final class IterationOpener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IterationOpener.class);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final KafkaAccess kafka;
  private final Recipe recipe;
  private final String recipeId;
  private final IdempotentWriter writer;
  private final Progress progress;
  private final Policies policies;
  private final long wanted;
  private final Duration quiet;
  private final Map<String, Map<Integer, Long>> read = new HashMap<>();
  private int latest;
  private boolean ended;
  private Optional<Waiting<?>> waiting = Optional.empty();

  private IterationOpener(
      KafkaAccess kafka,
      RecipeFile recipe,
      IdempotentWriter writer,
      Progress progress,
      Policies policies,
      long wanted,
      Duration quiet) {
    this.kafka = kafka;
    this.recipe = recipe.recipe();
    this.recipeId = recipe.id();
    this.writer = writer;
    this.progress = progress;
    this.policies = policies;
    this.wanted = wanted;
    this.quiet = quiet;
  }

  static IterationOpener of(
      KafkaAccess kafka,
      TrainerConfig config,
      RecipeFile recipe,
      IdempotentWriter writer,
      Progress progress,
      Policies policies) {
    return new IterationOpener(
        kafka,
        recipe,
        writer,
        progress,
        policies,
        config.train().openAfterRows(),
        Duration.ofSeconds(config.train().openAfterQuietSeconds()));
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
    if (wanted == 0 || latest > 0 && !latestDone || ended) {
      return;
    }
    int next = latest + 1;
    Optional<IterationSpec> spec = recipe.iteration(next);
    if (spec.isEmpty()) {
      ended = true;
      LOG.info("recipe '{}' ends with iteration {}: no other is opened", recipe.name(), latest);
      return;
    }
    Waiting<?> rows =
        waiting.filter(w -> w.number == next).orElseGet(() -> waitFor(next, spec.get()));
    waiting = Optional.of(rows);
    long there = rows.count();
    long enough = enough(spec.get());
    progress.waiting(spec.get().name(), there, enough);
    if (there >= enough || isAllThatComes(spec.get(), rows)) {
      rows.readToEnd();
      open(next, spec.get(), rows);
      close();
    }
  }

  private long enough(IterationSpec spec) {
    return spec.rows().orElse(wanted);
  }

  private boolean isAllThatComes(IterationSpec spec, Waiting<?> rows) {
    return !quiet.isZero()
        && spec.fromRollouts()
        && rows.rows >= spec.batch()
        && System.nanoTime() - rows.newest >= quiet.toNanos();
  }

  @Override
  public void close() {
    waiting.ifPresent(w -> w.follower.close());
    waiting = Optional.empty();
  }

  private Waiting<?> waitFor(int number, IterationSpec spec) {
    close();
    Topic<?> topic = spec.topic();
    return new Waiting<>(
        number, topic, spec.maxAge(), read.getOrDefault(topic.in(kafka.run()), Map.of()));
  }

  private void open(int number, IterationSpec spec, Waiting<?> rows) {
    writer.append(
        Topics.ITERATIONS,
        iteration(kafka.run(), recipeId, number, spec.name(), spec.algorithm(), rows.ranges()));
    writer.flush();
    latest = number;
    long enough = enough(spec);
    if (rows.rows >= enough) {
      LOG.info("opened iteration {} with {} new rows", spec.name(), rows.rows);
    } else {
      LOG.warn(
          "opened iteration {} with {} new rows of {}, as none came for {} s",
          spec.name(),
          rows.rows,
          enough,
          quiet.toSeconds());
    }
  }

  /** The event of an iteration that the trainer opens. */
  static Iteration iteration(
      String run,
      String recipe,
      int number,
      String name,
      String algorithm,
      List<OffsetRange> ranges) {
    return Iteration.newBuilder()
        .setId(Ids.iteration(run, name))
        .setNumber(number)
        .setName(name)
        .setAlgorithm(algorithm)
        .setRecipe(recipe)
        .setRanges(ranges)
        .setTime(Instant.now())
        .build();
  }

  /** Counts the rows that come for an iteration. Those that are too old for it do not open it. */
  private final class Waiting<R extends SpecificRecord> {
    private final int number;
    private final String topic;
    private final Predicate<Optional<String>> isYoung;
    private final RowFormat<R> format;
    private final TopicFollower<R> follower;
    private final Map<Integer, Long> from;
    private long rows;
    private long newest = System.nanoTime();

    Waiting(int number, Topic<R> topic, Optional<Integer> maxAge, Map<Integer, Long> from) {
      this.number = number;
      this.isYoung = policies.notOlder(maxAge, number);
      this.topic = topic.in(kafka.run());
      this.format = RowFormat.of(topic);
      this.follower = new TopicFollower<>(kafka, "trainer", topic, from);
      this.from = follower.positions();
    }

    long count() {
      return count(follower.poll(WAIT));
    }

    /** Rows of a partition may be there that were not polled yet. */
    void readToEnd() {
      count(follower.pollToEnd());
    }

    private long count(List<R> more) {
      Rows.Belongs belongs = Rows.Belongs.in(recipe, number);
      long before = rows;
      rows +=
          more.stream()
              .filter(row -> format.belongs(row, belongs))
              .filter(row -> isYoung.test(format.policy().apply(row)))
              .count();
      newest = rows > before ? System.nanoTime() : newest;
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
