package orcaflow.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Recipe;

/**
 * One run from seeds to the last policy. Everything it knows it reads from the run's topics, so a
 * run that was killed at any moment goes on from where it was.
 */
public final class Run {

  private static final Duration GLANCE = Duration.ofMillis(200);

  private final RunPlan plan;
  private final Services services;
  private final LedgerReader ledger;
  private final FrontDoor frontDoor;
  private final Progress progress;

  private Run(
      RunPlan plan,
      Services services,
      LedgerReader ledger,
      FrontDoor frontDoor,
      Progress progress) {
    this.plan = plan;
    this.services = services;
    this.ledger = ledger;
    this.frontDoor = frontDoor;
    this.progress = progress;
  }

  /**
   * Starts or goes on with the run of a plan, and returns its report.
   *
   * @throws IllegalStateException when a part of the pipeline failed, saying which
   */
  public static Report execute(RunPlan plan, Progress progress)
      throws IOException, InterruptedException, ExecutionException {
    Stopwatch stopwatch = Stopwatch.goingOn(plan.dir().resolve("seconds"));
    progress.say("starting broker, registry and services in " + plan.dir());
    try (Services services = Services.start(plan);
        LedgerReader ledger = LedgerReader.start(services.cluster(), new Ledger(plan.recipe()));
        FrontDoor frontDoor = new FrontDoor(services.cluster());
        stopwatch) {
      services.urls().forEach((name, url) -> progress.say("  %-16s %s".formatted(name, url)));
      Run run = new Run(plan, services, ledger, frontDoor, progress);
      plan.student().ifPresent(given -> progress.say("the student is " + given.folder()));
      run.logWhatItWasTold();
      run.seed();
      run.iterate();
      run.awaitEvaluations();
      Report report =
          ledger.ask(books -> Report.of(plan.run(), plan.recipeId(), stopwatch.seconds(), books));
      report.write(plan.report());
      return report;
    }
  }

  private void logWhatItWasTold() throws IOException {
    frontDoor.log(plan.entries(), ledger);
  }

  private void seed() throws IOException {
    long seeds =
        services.seed(
            plan.seeds(),
            plan.limit(),
            written -> progress.show("seeds", written, OptionalLong.empty(), ""));
    ledger.ask(
        books -> {
          books.seeded(seeds);
          return null;
        });
    progress.say("%,d seed candidates are in".formatted(seeds));
  }

  private void iterate() throws InterruptedException, ExecutionException {
    List<Recipe.Step> steps = plan.recipe().iterations();
    for (int number = 1; number <= steps.size(); number++) {
      Recipe.Step step = steps.get(number - 1);
      if (ledger.<Optional<?>>ask(books -> books.iteration(step.name())).isEmpty()) {
        awaitData(number, step);
        frontDoor.open(number, step, plan.recipeId());
      }
      progress.say(trained(awaitPolicy(number, step)));
    }
  }

  private void awaitData(int number, Recipe.Step step) throws InterruptedException {
    if (step.fromRollouts()) {
      await(books -> books.gradingClosed(number), () -> showSampling(number, step));
      ledger
          .ask(books -> books.toClose(number))
          .ifPresent(groups -> frontDoor.close(number, groups));
      await(books -> books.rolloutsClosed(number), () -> showSampling(number, step));
    } else {
      await(Ledger::productionClosed, this::showProduction);
      progress.say(
          ledger.ask(
              books ->
                  "%,d problems admitted, %,d rejected, %,d solved"
                      .formatted(
                          books.production().admitted(),
                          books.production().rejected(),
                          books.funnel().solutions())));
    }
  }

  private Policy awaitPolicy(int number, Recipe.Step step) throws InterruptedException {
    await(books -> books.policy(number).isPresent(), () -> showTraining(step));
    return ledger.ask(books -> books.policy(number).orElseThrow());
  }

  private void awaitEvaluations() throws InterruptedException {
    List<Policy> all = ledger.ask(Ledger::policies);
    await(
        books ->
            all.stream()
                .map(Policy::getVersion)
                .allMatch(
                    version ->
                        books.evaluation(version, "greedy").isPresent()
                            && books.evaluation(version, "sampled").isPresent()),
        () ->
            progress.show(
                "evaluation",
                ledger.ask(books -> (long) books.evaluations()),
                OptionalLong.of(2L * all.size()),
                "benchmark runs"));
  }

  private void await(Predicate<Ledger> condition, Runnable show) throws InterruptedException {
    while (!ledger.ask(condition::test)) {
      services.check();
      show.run();
      Thread.sleep(GLANCE.toMillis());
    }
  }

  private void showProduction() {
    Ledger.Production now = ledger.ask(Ledger::production);
    progress.show(
        "problems",
        now.solved(),
        now.candidates() == 0
            ? OptionalLong.empty()
            : OptionalLong.of(now.candidates() - now.rejected()),
        "solved; %,d candidates, %,d admitted, %,d rejected, %,d of %,d expanded"
            .formatted(
                now.candidates(), now.admitted(), now.rejected(), now.expanded(), now.toExpand()));
  }

  private void showSampling(int number, Recipe.Step step) {
    Ledger.Sampling now = ledger.ask(books -> books.sampling(number));
    progress.show(
        step.name() + " rollouts",
        now.graded(),
        OptionalLong.of(now.due()),
        "graded; %,d requested, %,d sampled".formatted(now.requested(), now.sampled()));
  }

  private void showTraining(Recipe.Step step) {
    Optional<TrainingStep> last =
        ledger.ask(Ledger::lastStep).filter(s -> s.getIteration().equals(step.name()));
    progress.show(
        step.name() + " " + step.algorithm(),
        last.map(TrainingStep::getStep).orElse(0),
        OptionalLong.of(step.steps()),
        last.map(Run::numbers).orElse("reading the data"));
  }

  /** What is worth seeing of a step. */
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

  /** What is worth saying of a policy. */
  public static String trained(Policy policy) {
    return "%s is there: %s, %d steps, %,d examples, %.1f s (%s)%s"
        .formatted(
            policy.getName(),
            policy.getAlgorithm(),
            policy.getStep(),
            policy.getExamples(),
            policy.getSeconds(),
            policy.getVersion(),
            policy.getCollapsed() == null ? "" : "; " + policy.getCollapsed());
  }

  /** Whether the folder holds a finished run. */
  public static Optional<Report> finished(RunPlan plan) throws IOException {
    return Files.exists(plan.report()) ? Optional.of(Report.read(plan.report())) : Optional.empty();
  }
}
