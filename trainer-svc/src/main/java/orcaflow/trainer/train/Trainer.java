package orcaflow.trainer.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import orcaflow.events.Alarm;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.Promotion;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.GateSpec;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.PromotionGate;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.RangeReader;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.log.TopicFollower;
import orcaflow.trainer.model.PolicyFolders;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Objective;
import orcaflow.trainer.objective.Objectives;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.torch.Precision;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code iterations} and makes a policy of each: read its rows, train, publish. Runs on one
 * thread until it is stopped.
 *
 * <p>After an interruption it continues from its newest checkpoint; what is in {@code
 * training-steps} and {@code policies} already is not written again.
 *
 * <p>Between iterations it serves an earlier policy again if somebody asked for it.
 */
public final class Trainer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);
  private static final String NAME = "trainer";
  private static final Duration WAIT = Duration.ofMillis(300);

  private final KafkaAccess kafka;
  private final TrainerConfig config;
  private final Recipe recipe;
  private final RecipeFile recipeFile;
  private final Progress progress;
  private final PolicyHandover handover;
  private final BooleanSupplier stop;
  private final Checkpoints checkpoints;
  private final PolicyFolders folders;
  private final Policies policies = new Policies();
  private final PolicyPublisher publisher;
  private final RangeReader reader;
  private final Optional<PromotionGate> gate;

  /**
   * Reads the questions of the gate, if the recipe has one.
   *
   * @param handover is given what iterations end with
   * @param stop asked between steps and polls; once true, {@link #run} saves a checkpoint and ends
   * @throws IllegalArgumentException if they are not there or cannot be used
   */
  public Trainer(
      KafkaAccess kafka,
      TrainerConfig config,
      RecipeFile recipe,
      Progress progress,
      PolicyHandover handover,
      BooleanSupplier stop) {
    this.kafka = kafka;
    this.config = config;
    this.recipe = recipe.recipe();
    this.recipeFile = recipe;
    this.progress = progress;
    this.handover = handover;
    this.stop = stop;
    this.checkpoints =
        new Checkpoints(config.folder().resolve("checkpoints"), config.train().checkpoint().keep());
    this.folders = PolicyFolders.of(config.folder());
    this.publisher = new PolicyPublisher(kafka.run(), folders, policies, handover, progress);
    this.reader =
        new RangeReader(kafka.cluster(), NAME, Duration.ofSeconds(config.train().readSeconds()));
    this.gate = this.recipe.gate().map(spec -> gate(spec, config.evaluate(), this.recipe));
  }

  private static PromotionGate gate(GateSpec spec, TrainerConfig.Evaluate settings, Recipe recipe) {
    String file =
        settings
            .validation()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        ("recipe '%s' has a gate, and trainer.evaluate.validation is missing: give"
                                + " a file of questions that are in no benchmark")
                            .formatted(recipe.name())));
    return new PromotionGate(spec, Benchmark.read(Path.of(file)), recipe, settings.batch());
  }

  /**
   * Trains the iterations that are opened, until it is stopped.
   *
   * @throws IdempotentWriter.Fenced when another trainer has taken over the run
   * @throws IllegalStateException when an iteration cannot be trained, in one sentence
   */
  @Override
  public void run() {
    // The writer first: opening it shuts out a predecessor, whose last policy is then visible.
    try (IdempotentWriter writer =
            new IdempotentWriter(
                kafka,
                NAME,
                List.of(
                    Topics.TRAINING_STEPS,
                    Topics.SET_ASIDE_BATCHES,
                    Topics.POLICIES,
                    Topics.POLICY_REQUESTS,
                    Topics.ALARMS,
                    Topics.ITERATIONS));
        TopicFollower<Iteration> iterations = new TopicFollower<>(kafka, NAME, Topics.ITERATIONS);
        IterationOpener opener =
            IterationOpener.of(kafka, config, recipeFile, writer, progress, policies);
        PolicyRequests requests =
            new PolicyRequests(kafka, NAME, recipeFile, policies, publisher)) {
      readPolicies();
      publishBase(writer);
      List<Iteration> opened = iterations.pollToEnd();
      while (!stop.getAsBoolean()) {
        opened.forEach(opener::opened);
        for (Iteration iteration : opened) {
          if (policies.of(iteration.getNumber()).isEmpty()) {
            train(iteration, writer);
          }
          iterations.showPosition();
        }
        boolean latestDone = policies.of(opener.latest()).isPresent();
        if (latestDone) {
          requests.answerNext(opener.latest() + 1, writer).ifPresent(opener::opened);
        }
        opener.openWhatIsDue(latestDone);
        opened = iterations.poll(WAIT);
      }
    } catch (Stopped stopped) {
      LOG.info("the trainer ends; it will continue from its checkpoint");
    }
  }

  private void readPolicies() {
    try (TopicFollower<Policy> follower = new TopicFollower<>(kafka, NAME, Topics.POLICIES)) {
      for (Policy published : follower.pollToEnd()) {
        Policy policy = folders.found(published);
        policies.add(policy);
        progress.policy(policy);
      }
    }
  }

  /** A run that begins with a model has it as policy 0: served, evaluated and sampled from. */
  private void publishBase(IdempotentWriter writer) {
    if (policies.isEmpty() && recipe.student() instanceof StudentSpec.Folder given) {
      Policy base = base(given);
      publisher.publish(base, writer);
      LOG.info("the run begins with {}, policy {}", base.getLocation(), base.getVersion());
    }
  }

  private Policy base(StudentSpec.Folder given) {
    try {
      return Policies.base(kafka.run(), given.path());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "recipe '%s': student.folder: %s".formatted(recipe.name(), e.getMessage()), e);
    }
  }

  private void train(Iteration iteration, IdempotentWriter writer) {
    IterationSpec spec = specOf(iteration);
    train(iteration, spec, Objectives.of(spec), writer);
    reader.showPositions(iteration.getRanges());
  }

  private <R extends SpecificRecord> void train(
      Iteration iteration, IterationSpec spec, Objective<R, ?> objective, IdempotentWriter writer) {
    Rows<R> rows = read(iteration, objective, spec);
    progress.stale(iteration, rows.stale());
    StudentFolder start = start(iteration, rows);
    ExampleEncoder encoder = new ExampleEncoder(start.tokenizer());
    int context = start.config().contextLength();
    TrainingData data = TrainingData.of(objective, rows.rows(), encoder, context, spec.batch());
    String note = data.note() + staleNote(rows.stale(), spec);
    LOG.info("{}: {} from {}", iteration.getName(), spec.algorithm(), note);
    if (data instanceof TrainingData.Examples<?> examples) {
      TrainingPlan plan = plan(iteration, rows.hash(), examples, spec, start);
      StepEvents events = new StepEvents(plan, policies, writer, progress);
      IterationRun training =
          IterationRun.of(plan, checkpoints, config.train().checkpoint(), events);
      publish(iteration, start, training.run(stop), note, writer);
    } else {
      TrainingResult unchanged = TrainingResult.unchanged(start.weights());
      publisher.publish(
          iteration, start, unchanged, "no steps: " + note, Optional.empty(), List.of(), writer);
    }
  }

  private static String staleNote(int stale, IterationSpec spec) {
    return stale == 0
        ? ""
        : "; %d left out as more than %d policies behind"
            .formatted(stale, spec.maxAge().orElseThrow());
  }

  /** Publishes what was trained or, where the gate finds it worse, the best policy before it. */
  private void publish(
      Iteration iteration,
      StudentFolder start,
      TrainingResult trained,
      String note,
      IdempotentWriter writer) {
    Optional<StudentFolder> best =
        gate.filter(g -> trained.step() > 0)
            .flatMap(g -> policies.best(iteration.getNumber(), g.validation()))
            .map(policy -> student(policy, start));
    StudentFolder candidate = start.with(trained.weights());
    if (trained.step() > 0) {
      handover.candidate(candidate);
    }
    Optional<PromotionGate.Decision> decision =
        best.map(before -> gate.get().compare(before, candidate, stop));
    Optional<Promotion> promotion = decision.map(PromotionGate.Decision::promotion);
    boolean promoted = promotion.map(Promotion::getPromoted).orElse(true);
    TrainingResult published = promoted ? trained : trained.undone(best.orElseThrow());
    promotion.ifPresent(p -> LOG.info("{}: {}", iteration.getName(), PromotionGate.sentence(p)));
    List<Alarm> alarms =
        Alarms.of(
            iteration,
            publisher.version(iteration, published),
            decision.map(PromotionGate.Decision::drifts).orElse(List.of()),
            promoted,
            trained.collapsed());
    publisher.publish(iteration, start, published, note, promotion, alarms, writer);
  }

  private static StudentFolder student(Policy policy, StudentFolder start) {
    return policy.getWeightsHash().equals(start.weights().hash())
        ? start
        : Policies.student(policy);
  }

  private TrainingPlan plan(
      Iteration iteration,
      String rowsHash,
      TrainingData.Examples<?> data,
      IterationSpec spec,
      StudentFolder start) {
    return new TrainingPlan(
        iteration,
        rowsHash,
        start.config(),
        data,
        spec.over(data.inBatches()),
        recipe.seed() + iteration.getNumber(),
        start.weights(),
        reference(iteration, spec, start),
        Precision.current(),
        policies.before(iteration.getNumber()).map(Policy::getVersion));
  }

  private IterationSpec specOf(Iteration iteration) {
    int number = iteration.getNumber();
    IterationSpec spec =
        recipe
            .iteration(number)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "iteration %s has number %d; recipe '%s' has iterations 1 to %d"
                            .formatted(
                                iteration.getName(),
                                number,
                                recipe.name(),
                                recipe.iterations().size())));
    if (!spec.name().equals(iteration.getName())
        || !spec.algorithm().equals(iteration.getAlgorithm())) {
      throw new IllegalStateException(
          ("iteration %d was opened as %s (%s) under recipe %s; the trainer's recipe has %s (%s)"
                  + " there")
              .formatted(
                  number,
                  iteration.getName(),
                  iteration.getAlgorithm(),
                  iteration.getRecipe(),
                  spec.name(),
                  spec.algorithm()));
    }
    return spec;
  }

  private <R extends SpecificRecord> Rows<R> read(
      Iteration iteration, Objective<R, ?> objective, IterationSpec spec) {
    int number = iteration.getNumber();
    RowCollector<R> rows =
        new RowCollector<>(
            objective, Rows.Belongs.in(recipe, number), policies.notOlder(spec.maxAge(), number));
    reader.read(
        ranges(iteration, objective.topic()),
        rows,
        count -> progress.reading(iteration, count),
        stop);
    return rows.rows();
  }

  /** The ranges of one topic, of this run or of another. */
  private static List<OffsetRange> ranges(Iteration iteration, Topic<?> topic) {
    return iteration.getRanges().stream()
        .filter(range -> range.getTopic().endsWith("." + topic.name()))
        .toList();
  }

  /** The policy before; where there is none, a fresh student with the words of the rows. */
  private StudentFolder start(Iteration iteration, Rows<?> rows) {
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

  private Weights reference(Iteration iteration, IterationSpec spec, StudentFolder start) {
    boolean base = spec.reference() == IterationSpec.Reference.BASE;
    return policies
        .base(recipe.iterations().get(0).fromRollouts())
        .filter(policy -> base && policy.getIteration() < iteration.getNumber() - 1)
        .map(policy -> Policies.student(policy).weights())
        .orElseGet(start::weights);
  }
}
