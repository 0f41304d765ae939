package orcaflow.cli.run;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.evaluate.PromotionGate;

/**
 * The iterations of a recipe, as a run and a replay train them: opens each, and follows in the
 * accounts how it is trained and evaluated.
 */
public final class Iterations {

  private static final long GLANCE_MILLIS = 100;

  private final List<IterationSpec> steps;
  private final String recipeId;
  private final AccountingReader accounting;
  private final RunControl control;
  private final Progress progress;
  private final Runnable check;

  /**
   * @param check throws when a part that is waited for has failed
   */
  public Iterations(
      Recipe recipe,
      String recipeId,
      AccountingReader accounting,
      RunControl control,
      Progress progress,
      Runnable check) {
    this.steps = recipe.iterations();
    this.recipeId = recipeId;
    this.accounting = accounting;
    this.control = control;
    this.progress = progress;
    this.check = check;
  }

  /**
   * Those of a plan whose services run: while something is waited for, they are checked, and the
   * endpoints that give no answers are shown.
   */
  public static Iterations of(
      RunPlan plan,
      Services services,
      AccountingReader accounting,
      RunControl control,
      Progress progress) {
    WaitingLines waiting = new WaitingLines(services::waiting, progress);
    return new Iterations(
        plan.recipe(),
        plan.recipeId(),
        accounting,
        control,
        progress,
        () -> {
          services.check();
          waiting.show();
        });
  }

  /** The last iteration's number; the first has 1. */
  public int last() {
    return steps.size();
  }

  /** The step of an iteration. */
  public IterationSpec step(int number) {
    return steps.get(number - 1);
  }

  /** Whether the run has begun this iteration. */
  public boolean opened(int number) {
    return accounting.snapshot().iteration(step(number).name()).isPresent();
  }

  /** Opens it. */
  public void open(int number) throws InterruptedException, ExecutionException {
    control.open(number, step(number), recipeId);
  }

  /** The policy that an iteration ended with, once it is there. */
  public Policy awaitPolicy(int number) throws InterruptedException {
    await(now -> now.policy(number).isPresent(), () -> showTraining(step(number)));
    return accounting.snapshot().policy(number).orElseThrow();
  }

  /**
   * Waits until policies are evaluated, greedily and sampled.
   *
   * @param numbers of the policies that are there
   */
  public void awaitEvaluations(Function<RunSnapshot, IntStream> numbers)
      throws InterruptedException {
    long policies = numbers.apply(accounting.snapshot()).count();
    await(
        now -> numbers.apply(now).allMatch(number -> evaluated(now, number)),
        () ->
            progress.show(
                "evaluation",
                accounting.snapshot().evaluations().size(),
                OptionalLong.of(2 * policies),
                "benchmark runs"));
  }

  /** Waits until the condition holds, showing meanwhile how far things are. */
  public void await(Predicate<RunSnapshot> condition, Runnable show) throws InterruptedException {
    while (!condition.test(accounting.snapshot())) {
      check.run();
      show.run();
      Thread.sleep(GLANCE_MILLIS);
    }
  }

  private static boolean evaluated(RunSnapshot now, int number) {
    String version = now.policy(number).orElseThrow().getVersion();
    return now.evaluation(version, "greedy").isPresent()
        && now.evaluation(version, "sampled").isPresent();
  }

  private void showTraining(IterationSpec step) {
    Optional<TrainingStep> last =
        accounting.snapshot().lastStep().filter(s -> s.getIteration().equals(step.name()));
    progress.show(
        step.name() + " " + step.algorithm(),
        last.map(TrainingStep::getStep).orElse(0),
        OptionalLong.of(step.steps()),
        last.map(Iterations::numbers).orElse("reading the data"));
  }

  /** The numbers of a step, for the progress line. */
  public static String numbers(TrainingStep step) {
    StringBuilder numbers = new StringBuilder("loss %.4f".formatted(step.getLoss()));
    if (step.getKl() != null) {
      numbers.append(", KL %.3f".formatted(step.getKl()));
    }
    if (step.getRewardChosen() != null) {
      numbers.append(", reward chosen %.3f".formatted(step.getRewardChosen()));
    }
    if (step.getRewardRejected() != null) {
      numbers.append(", rejected %.3f".formatted(step.getRewardRejected()));
    }
    return numbers.append(", lr %.1e".formatted(step.getLearningRate())).toString();
  }

  /** A policy in a line. */
  public static String trained(Policy policy) {
    return "%s is there: %s, %d steps, %,d examples, %.1f s (%s)%s"
        .formatted(
            policy.getName(),
            policy.getAlgorithm(),
            policy.getStep(),
            policy.getExamples(),
            policy.getSeconds(),
            policy.getVersion(),
            (policy.getCollapsed() == null ? "" : "; " + policy.getCollapsed())
                + Optional.ofNullable(policy.getPromotion())
                    .map(found -> "; " + PromotionGate.sentence(found))
                    .orElse(""));
  }
}
