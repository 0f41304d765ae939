package orcaflow.trainer.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import orcaflow.events.Demonstration;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.PreferencePair;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Recipe;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.Follower;
import orcaflow.trainer.log.Ledger;
import orcaflow.trainer.log.RangeReader;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.student.Examples;
import orcaflow.trainer.student.StudentConfig;
import orcaflow.trainer.student.StudentFolder;
import orcaflow.trainer.student.StudentTokenizer;
import orcaflow.trainer.student.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code iterations} and makes a policy of each: read its rows, learn, publish. Runs on one
 * thread until told to stop.
 *
 * <p>Where it was interrupted it goes on from its newest checkpoint; what is in {@code
 * training-steps} and {@code policies} already is not written again.
 */
public final class Trainer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);
  private static final String NAME = "trainer";
  private static final Duration WAIT = Duration.ofMillis(300);
  private static final long FLUSH_NANOS = Duration.ofMillis(200).toNanos();

  private final Cluster cluster;
  private final TrainerConfig config;
  private final Recipe recipe;
  private final Progress progress;
  private final BooleanSupplier stop;
  private final Path folder;
  private final Checkpoints checkpoints;
  private final Policies policies = new Policies();
  private final RangeReader reader;

  /**
   * @param stop asked between steps and polls; once true, {@link #run} saves where it is and ends
   */
  public Trainer(
      Cluster cluster,
      TrainerConfig config,
      Recipe recipe,
      Progress progress,
      BooleanSupplier stop) {
    this.cluster = cluster;
    this.config = config;
    this.recipe = recipe;
    this.progress = progress;
    this.stop = stop;
    this.folder = config.folder();
    this.checkpoints =
        new Checkpoints(folder.resolve("checkpoints"), config.train().checkpoint().keep());
    this.reader = new RangeReader(cluster, NAME, Duration.ofSeconds(config.train().readSeconds()));
  }

  /**
   * Trains what is opened, until told to stop.
   *
   * @throws Ledger.Fenced when another trainer has taken over the run
   * @throws IllegalStateException when an iteration cannot be trained, in one sentence
   */
  @Override
  public void run() {
    // The ledger first: opening it shuts out a predecessor, whose last policy is then visible.
    try (Ledger ledger =
            new Ledger(
                cluster, NAME, List.of(Topics.TRAINING_STEPS, Topics.POLICIES, Topics.ITERATIONS));
        Follower<Iteration> iterations = new Follower<>(cluster, NAME, Topics.ITERATIONS);
        Opener opener = Opener.of(cluster, config, recipe, ledger)) {
      learnPolicies();
      while (!stop.getAsBoolean()) {
        for (Iteration iteration : iterations.poll(WAIT)) {
          opener.opened(iteration);
          if (policies.of(iteration.getNumber()).isEmpty()) {
            train(iteration, ledger);
          }
        }
        iterations.showPosition();
        opener.openWhatIsDue(policies.of(opener.latest()).isPresent());
      }
    } catch (Stopped stopped) {
      LOG.info("the trainer ends; it will go on from its checkpoint");
    }
  }

  private void learnPolicies() {
    try (Follower<Policy> follower = new Follower<>(cluster, NAME, Topics.POLICIES)) {
      follower
          .pollToEnd()
          .forEach(
              policy -> {
                policies.add(policy);
                progress.policy(policy);
              });
    }
  }

  private void train(Iteration iteration, Ledger ledger) {
    Recipe.Step step = stepOf(iteration);
    Rows rows = read(iteration, step);
    StudentFolder start = start(iteration, rows);
    int context = start.config().contextLength();
    Lesson lesson = rows.lesson(new Examples(start.tokenizer()), context, step);
    LOG.info("{}: {} from {}", iteration.getName(), step.algorithm(), lesson.note());
    if (lesson instanceof Lesson.Taught taught) {
      Training.Plan plan =
          new Training.Plan(
              start.config(),
              taught,
              step,
              recipe.seed() + iteration.getNumber(),
              start.weights(),
              reference(iteration, step, start));
      String planHash =
          Ids.hash(
              rows.hash(),
              step.toString(),
              Long.toString(plan.seed()),
              start.config().toString(),
              plan.start().hash(),
              plan.reference().hash());
      Course course = new Course(iteration, plan, planHash, ledger);
      publish(
          iteration, ledger, start, course.run(), lesson.note(), course.examples, course.seconds);
    } else {
      Training.Result unchanged = new Training.Result(start.weights(), 0, Optional.empty());
      publish(iteration, ledger, start, unchanged, "no steps: " + lesson.note(), 0, 0);
    }
    reader.showPositions(iteration.getRanges());
  }

  private Recipe.Step stepOf(Iteration iteration) {
    if (iteration.getNumber() < 1 || iteration.getNumber() > recipe.iterations().size()) {
      throw new IllegalStateException(
          "iteration %s has number %d; recipe '%s' has iterations 1 to %d"
              .formatted(
                  iteration.getName(),
                  iteration.getNumber(),
                  recipe.name(),
                  recipe.iterations().size()));
    }
    Recipe.Step step = recipe.iterations().get(iteration.getNumber() - 1);
    if (!step.name().equals(iteration.getName())
        || !step.algorithm().equals(iteration.getAlgorithm())) {
      throw new IllegalStateException(
          "iteration %d was opened as %s (%s) under recipe %s; the trainer's recipe has %s (%s) there"
              .formatted(
                  iteration.getNumber(),
                  iteration.getName(),
                  iteration.getAlgorithm(),
                  iteration.getRecipe(),
                  step.name(),
                  step.algorithm()));
    }
    return step;
  }

  private Rows read(Iteration iteration, Recipe.Step step) {
    RangeReader.Progress told = count -> progress.reading(iteration, count);
    int number = iteration.getNumber();
    return switch (step.algorithm()) {
      case "sft" ->
          Rows.Demonstrations.of(
              reader.<Demonstration>read(ranges(iteration, Topics.DEMONSTRATIONS), told, stop));
      case "kto" ->
          Rows.Completions.of(
              reader.<LabelledCompletion>read(
                  ranges(iteration, Topics.LABELLED_COMPLETIONS), told, stop),
              number);
      default ->
          Rows.Pairs.of(
              reader.<PreferencePair>read(ranges(iteration, Topics.PREFERENCE_PAIRS), told, stop),
              number);
    };
  }

  /** The ranges of one topic, of this run or of another. */
  private static List<OffsetRange> ranges(Iteration iteration, Topic<?> topic) {
    return iteration.getRanges().stream()
        .filter(range -> range.getTopic().endsWith("." + topic.name()))
        .toList();
  }

  /** The policy before; for the first iteration a fresh student with the words of its rows. */
  private StudentFolder start(Iteration iteration, Rows rows) {
    Optional<Policy> parent = policies.before(iteration.getNumber());
    if (parent.isPresent()) {
      return Policies.student(parent.get());
    }
    if (iteration.getNumber() > 1) {
      throw new IllegalStateException(
          "iteration %s is number %d, but the run has no policy to start from"
              .formatted(iteration.getName(), iteration.getNumber()));
    }
    StudentTokenizer tokenizer = StudentTokenizer.build(rows.texts(), recipe.student().words());
    StudentConfig shape = shape(recipe.student(), tokenizer);
    return new StudentFolder(shape, Weights.random(shape, recipe.seed()), tokenizer);
  }

  private Weights reference(Iteration iteration, Recipe.Step step, StudentFolder start) {
    boolean base = step.reference().orElse("start").equals("base");
    Optional<Policy> first = policies.of(1);
    return base && first.isPresent() && iteration.getNumber() > 1
        ? Policies.student(first.get()).weights()
        : start.weights();
  }

  private void publish(
      Iteration iteration,
      Ledger ledger,
      StudentFolder start,
      Training.Result result,
      String note,
      long examples,
      double seconds) {
    String hash = result.weights().hash();
    String version =
        "%s-%s-%d-%s"
            .formatted(cluster.run(), iteration.getName(), result.step(), hash.substring(0, 8));
    Path home = folder.resolve("policies").resolve(version);
    if (!Files.isDirectory(home)) {
      new StudentFolder(start.config(), result.weights(), start.tokenizer()).save(home);
    }
    Policy policy =
        Policy.newBuilder()
            .setVersion(version)
            .setIteration(iteration.getNumber())
            .setName(iteration.getName())
            .setAlgorithm(iteration.getAlgorithm())
            .setStep(result.step())
            .setExamples(examples)
            .setSeconds(seconds)
            .setParent(policies.before(iteration.getNumber()).map(Policy::getVersion).orElse(null))
            .setWeightsHash(hash)
            .setLocation(home.toAbsolutePath().normalize().toString())
            .setCollapsed(result.collapsed().orElse(null))
            .setNote(note)
            .setTime(Instant.now())
            .build();
    result.collapsed().ifPresent(why -> LOG.warn("{} {}", iteration.getName(), why));
    ledger.append(Topics.POLICIES, policy);
    ledger.flush();
    policies.add(policy);
    progress.policy(policy);
    LOG.info("{}: policy {} ({})", iteration.getName(), version, note);
  }

  private static StudentConfig shape(Recipe.StudentShape shape, StudentTokenizer tokenizer) {
    return new StudentConfig(
        tokenizer.vocabulary(),
        shape.hidden(),
        shape.layers(),
        shape.heads(),
        shape.keyValueHeads(),
        shape.hidden() / shape.heads(),
        shape.feedForward(),
        shape.context(),
        10_000,
        1e-5,
        OptionalInt.empty(),
        true,
        tokenizer.bos(),
        tokenizer.eos(),
        tokenizer.pad());
  }

  /** One iteration on its way: training with its events and its checkpoints. */
  private final class Course {
    private final Iteration iteration;
    private final Training.Plan plan;
    private final String planHash;
    private final Ledger ledger;
    private final Training training;
    private long examples;
    private double seconds;
    private long flushed = System.nanoTime();
    private long saved = System.nanoTime();
    private int savedStep;

    Course(Iteration iteration, Training.Plan plan, String planHash, Ledger ledger) {
      this.iteration = iteration;
      this.plan = plan;
      this.planHash = planHash;
      this.ledger = ledger;
      Optional<Checkpoint> checkpoint = checkpoints.newest(planHash);
      if (checkpoint.isPresent()) {
        examples = checkpoint.get().head().examples();
        seconds = checkpoint.get().head().seconds();
        training = Training.from(plan, checkpoint.get());
        savedStep = training.step();
        LOG.info("{} goes on after step {}", iteration.getName(), training.step());
      } else {
        training = Training.from(plan);
      }
    }

    Training.Result run() {
      BooleanSupplier stopOrSave =
          () -> {
            if (stop.getAsBoolean()) {
              save();
              return true;
            }
            return false;
          };
      Training.Result result = training.run(stopOrSave, this::done);
      ledger.flush();
      return result;
    }

    private void done(Training.Done done) {
      examples += done.examples();
      seconds += done.seconds();
      TrainingStep event = event(done);
      ledger.append(Topics.TRAINING_STEPS, event);
      progress.step(event);
      long now = System.nanoTime();
      if (now - flushed > FLUSH_NANOS) {
        ledger.flush();
        flushed = now;
      }
      var cadence = config.train().checkpoint();
      if (training.step() - savedStep >= cadence.steps()
          || now - saved > Duration.ofSeconds(cadence.seconds()).toNanos()) {
        save();
      }
    }

    /** Events before the checkpoint: what a checkpoint counts as published is. */
    private void save() {
      ledger.flush();
      if (training.step() > savedStep) {
        checkpoints.write(new Checkpoint(head(), training.state(), training.best()));
        savedStep = training.step();
      }
      saved = System.nanoTime();
    }

    private Checkpoint.Head head() {
      return new Checkpoint.Head(
          iteration.getId(),
          iteration.getNumber(),
          iteration.getName(),
          planHash,
          iteration.getRanges().stream()
              .map(
                  r -> new Checkpoint.Range(r.getTopic(), r.getPartition(), r.getFrom(), r.getTo()))
              .toList(),
          plan.seed(),
          training.step(),
          examples,
          seconds,
          training.guard(),
          training.stepIds());
    }

    private TrainingStep event(Training.Done done) {
      var result = done.result();
      return TrainingStep.newBuilder()
          .setId(Training.stepId(iteration.getName(), result.step()))
          .setIteration(iteration.getName())
          .setAlgorithm(iteration.getAlgorithm())
          .setStep(result.step())
          .setSteps(plan.step().steps())
          .setLoss(result.loss())
          .setKl(boxed(result.kl()))
          .setRewardChosen(boxed(result.rewardChosen()))
          .setRewardRejected(boxed(result.rewardRejected()))
          .setGradNorm(result.gradNorm())
          .setLearningRate(result.learningRate())
          .setExamples(done.examples())
          .setTokens(result.tokens())
          .setSeconds(done.seconds())
          .setTime(Instant.now())
          .build();
    }

    /** Avro's optional double is a nullable one. */
    private static Double boxed(OptionalDouble value) {
      return value.isPresent() ? value.getAsDouble() : null;
    }
  }
}
