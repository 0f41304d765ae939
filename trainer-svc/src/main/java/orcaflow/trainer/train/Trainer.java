package orcaflow.trainer.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import orcaflow.events.Demonstration;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.RangeReader;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.log.TopicFollower;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.ExampleEncoder;
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

  private final KafkaAccess wire;
  private final TrainerConfig config;
  private final Recipe recipe;
  private final Progress progress;
  private final BooleanSupplier stop;
  private final Checkpoints checkpoints;
  private final Policies policies = new Policies();
  private final RangeReader reader;

  /**
   * @param stop asked between steps and polls; once true, {@link #run} saves where it is and ends
   */
  public Trainer(
      KafkaAccess wire,
      TrainerConfig config,
      Recipe recipe,
      Progress progress,
      BooleanSupplier stop) {
    this.wire = wire;
    this.config = config;
    this.recipe = recipe;
    this.progress = progress;
    this.stop = stop;
    this.checkpoints =
        new Checkpoints(config.folder().resolve("checkpoints"), config.train().checkpoint().keep());
    this.reader =
        new RangeReader(wire.cluster(), NAME, Duration.ofSeconds(config.train().readSeconds()));
  }

  /**
   * Trains what is opened, until told to stop.
   *
   * @throws IdempotentWriter.Fenced when another trainer has taken over the run
   * @throws IllegalStateException when an iteration cannot be trained, in one sentence
   */
  @Override
  public void run() {
    // The ledger first: opening it shuts out a predecessor, whose last policy is then visible.
    try (IdempotentWriter ledger =
            new IdempotentWriter(
                wire,
                NAME,
                List.of(
                    Topics.TRAINING_STEPS,
                    Topics.SET_ASIDE_BATCHES,
                    Topics.POLICIES,
                    Topics.ITERATIONS));
        TopicFollower<Iteration> iterations = new TopicFollower<>(wire, NAME, Topics.ITERATIONS);
        IterationOpener opener = IterationOpener.of(wire, config, recipe, ledger)) {
      learnPolicies();
      publishBase(ledger);
      List<Iteration> opened = iterations.pollToEnd();
      while (!stop.getAsBoolean()) {
        opened.forEach(opener::opened);
        for (Iteration iteration : opened) {
          if (policies.of(iteration.getNumber()).isEmpty()) {
            train(iteration, ledger);
          }
          iterations.showPosition();
        }
        opener.openWhatIsDue(policies.of(opener.latest()).isPresent());
        opened = iterations.poll(WAIT);
      }
    } catch (Stopped stopped) {
      LOG.info("the trainer ends; it will go on from its checkpoint");
    }
  }

  private void learnPolicies() {
    try (TopicFollower<Policy> follower = new TopicFollower<>(wire, NAME, Topics.POLICIES)) {
      follower
          .pollToEnd()
          .forEach(
              policy -> {
                policies.add(policy);
                progress.policy(policy);
              });
    }
  }

  /** A run that begins with a model has it as policy 0: served, evaluated and sampled from. */
  private void publishBase(IdempotentWriter ledger) {
    if (policies.isEmpty() && recipe.student() instanceof StudentSpec.Folder given) {
      Policy base = base(given);
      publish(base, ledger);
      LOG.info("the run begins with {}, policy {}", base.getLocation(), base.getVersion());
    }
  }

  private Policy base(StudentSpec.Folder given) {
    try {
      return Policies.base(wire.run(), given.path());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "recipe '%s': student.folder: %s".formatted(recipe.name(), e.getMessage()), e);
    }
  }

  private void train(Iteration iteration, IdempotentWriter ledger) {
    Recipe.Step step = stepOf(iteration);
    Rows rows = read(iteration, step);
    StudentFolder start = start(iteration, rows);
    Lesson lesson =
        rows.lesson(new ExampleEncoder(start.tokenizer()), start.config().contextLength(), step);
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
      IterationRun course =
          new IterationRun(
              iteration,
              plan,
              policies,
              rows.hash(),
              checkpoints,
              config.train().checkpoint(),
              ledger,
              progress);
      publish(iteration, ledger, start, course.run(stop), lesson.note(), course.spent());
    } else {
      Training.Result unchanged = Training.Result.unchanged(start.weights(), Optional.empty());
      publish(
          iteration,
          ledger,
          start,
          unchanged,
          "no steps: " + lesson.note(),
          IterationRun.Spent.NOTHING);
    }
    reader.showPositions(iteration.getRanges());
  }

  private Recipe.Step stepOf(Iteration iteration) {
    int number = iteration.getNumber();
    if (number < 1 || number > recipe.iterations().size()) {
      throw new IllegalStateException(
          "iteration %s has number %d; recipe '%s' has iterations 1 to %d"
              .formatted(iteration.getName(), number, recipe.name(), recipe.iterations().size()));
    }
    Recipe.Step step = recipe.iterations().get(number - 1);
    if (!step.name().equals(iteration.getName())
        || !step.algorithm().equals(iteration.getAlgorithm())) {
      throw new IllegalStateException(
          ("iteration %d was opened as %s (%s) under recipe %s; the trainer's recipe has %s (%s)"
                  + " there")
              .formatted(
                  number,
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
    List<OffsetRange> ranges = ranges(iteration, step.data());
    return switch (step.algorithm()) {
      case "sft" ->
          step.fromRollouts()
              ? Rows.RightAnswers.of(reader.<LabelledCompletion>read(ranges, told, stop), number)
              : Rows.Demonstrations.of(reader.<Demonstration>read(ranges, told, stop));
      case "kto" ->
          Rows.Completions.of(reader.<LabelledCompletion>read(ranges, told, stop), number);
      default -> Rows.Pairs.of(reader.<PreferencePair>read(ranges, told, stop), number);
    };
  }

  /** The ranges of one topic, of this run or of another. */
  private static List<OffsetRange> ranges(Iteration iteration, Topic<?> topic) {
    return iteration.getRanges().stream()
        .filter(range -> range.getTopic().endsWith("." + topic.name()))
        .toList();
  }

  /** The policy before; where there is none, a fresh student with the words of the rows. */
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
    if (recipe.student() instanceof StudentSpec.Shape shape) {
      return FreshStudent.of(shape, recipe.seed(), rows.texts());
    }
    throw new IllegalStateException("the run began without the model that its recipe names");
  }

  private Weights reference(Iteration iteration, Recipe.Step step, StudentFolder start) {
    boolean base = step.reference().orElse("start").equals("base");
    return policies
        .base(recipe.iterations().get(0).fromRollouts())
        .filter(policy -> base && policy.getIteration() < iteration.getNumber() - 1)
        .map(policy -> Policies.student(policy).weights())
        .orElseGet(start::weights);
  }

  private void publish(
      Iteration iteration,
      IdempotentWriter ledger,
      StudentFolder start,
      Training.Result result,
      String note,
      IterationRun.Spent spent) {
    String hash = result.weights().hash();
    Optional<Policy> parent = policies.before(iteration.getNumber());
    String version =
        "%s-%s-%d-%s"
            .formatted(wire.run(), iteration.getName(), result.step(), hash.substring(0, 8));
    Path home = config.folder().resolve("policies").resolve(version);
    // Saved whole and then published; one that was saved before a crash is the same, bit for bit.
    if (!Files.isDirectory(home)) {
      save(
          new StudentFolder(start.config(), result.weights(), start.tokenizer()),
          home,
          parent,
          result);
    }
    Policy policy =
        Policy.newBuilder()
            .setVersion(version)
            .setIteration(iteration.getNumber())
            .setName(iteration.getName())
            .setAlgorithm(iteration.getAlgorithm())
            .setStep(result.step())
            .setExamples(spent.examples())
            .setSeconds(spent.seconds())
            .setParent(parent.map(Policy::getVersion).orElse(null))
            .setWeightsHash(hash)
            .setLocation(home.toAbsolutePath().normalize().toString())
            .setCollapsed(result.collapsed().orElse(null))
            .setNote(note)
            .setTime(Instant.now())
            .build();
    result.collapsed().ifPresent(why -> LOG.warn("{} {}", iteration.getName(), why));
    publish(policy, ledger);
    LOG.info("{}: policy {} ({})", iteration.getName(), version, note);
  }

  private void publish(Policy policy, IdempotentWriter ledger) {
    ledger.append(Topics.POLICIES, policy);
    ledger.flush();
    policies.add(policy);
    progress.policy(policy);
  }

  private static void save(
      StudentFolder student, Path home, Optional<Policy> parent, Training.Result result) {
    Optional<Path> base = parent.map(policy -> Path.of(policy.getLocation()));
    result
        .adapter()
        .ifPresentOrElse(adapter -> student.save(home, adapter, base), () -> student.save(home));
  }
}
