package orcaflow.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.ModelCall;
import orcaflow.schemas.recipe.IterationSpec;

/**
 * One run from seeds to the last policy. Everything it knows it reads from the run's topics, so a
 * run that was killed at any moment continues from where it was.
 */
public final class Run {

  private final RunPlan plan;
  private final Services services;
  private final AccountingReader accounting;
  private final RunControl control;
  private final Progress progress;
  private final Iterations iterations;

  private Run(
      RunPlan plan,
      Services services,
      AccountingReader accounting,
      RunControl control,
      Progress progress) {
    this.plan = plan;
    this.services = services;
    this.accounting = accounting;
    this.control = control;
    this.progress = progress;
    this.iterations = Iterations.of(plan, services, accounting, control, progress);
  }

  /**
   * Starts or continues the run of a plan, and returns its report.
   *
   * @throws IllegalStateException when a part of the pipeline failed, saying which
   */
  public static Report execute(RunPlan plan, Progress progress)
      throws IOException, InterruptedException, ExecutionException {
    Stopwatch stopwatch = Stopwatch.goingOn(plan.dir().resolve("seconds"));
    List<ModelCall> asked = Services.preflight(plan);
    progress.say("starting broker, registry and services in " + plan.dir());
    try (Services services = Services.start(plan);
        AccountingReader accounting =
            AccountingReader.start(services.cluster(), new RunAccounting(plan.recipe()));
        RunControl control = new RunControl(services.cluster());
        stopwatch) {
      services.taken().forEach(progress::say);
      services.urls().forEach((name, url) -> progress.say("  %-16s %s".formatted(name, url)));
      progress.say("in the browser: ./orcaflow ui --dir " + plan.dir());
      Run run = new Run(plan, services, accounting, control, progress);
      plan.student().ifPresent(given -> progress.say("the student is " + given.folder()));
      services.book(asked);
      run.logSettings();
      run.seed();
      run.iterate();
      run.iterations.awaitEvaluations(
          now -> now.policies().keySet().stream().mapToInt(Integer::intValue));
      Report report =
          Report.of(
              plan.run(),
              plan.recipeId(),
              stopwatch.seconds(),
              accounting.snapshot(),
              VariantScores.ofLast(plan, accounting.snapshot(), progress));
      report.write(plan.report());
      accounting.unreadable().forEach(record -> progress.say("ATTENTION: left out: " + record));
      return report;
    }
  }

  private void logSettings() throws IOException {
    control.log(plan.entries(), accounting.snapshot());
  }

  private void seed() throws IOException {
    long seeds =
        services.seed(
            plan.seeds(),
            plan.limit(),
            written -> progress.show("seeds", written, OptionalLong.empty(), ""));
    accounting.seeded(seeds);
    progress.say("%,d seed candidates are in".formatted(seeds));
  }

  private void iterate() throws InterruptedException, ExecutionException {
    for (int number = 1; number <= iterations.last(); number++) {
      if (!iterations.opened(number)) {
        awaitData(number, iterations.step(number));
        iterations.open(number);
      }
      progress.say(Iterations.trained(iterations.awaitPolicy(number)));
    }
  }

  private void awaitData(int number, IterationSpec step) throws InterruptedException {
    if (step.fromRollouts()) {
      iterations.await(now -> now.gradingClosed(number), () -> showSampling(number, step));
      accounting.snapshot().toClose(number).ifPresent(groups -> control.close(number, groups));
      iterations.await(now -> now.rolloutsClosed(number), () -> showSampling(number, step));
    } else {
      iterations.await(RunSnapshot::productionClosed, this::showProduction);
      RunSnapshot now = accounting.snapshot();
      progress.say(
          "%,d problems admitted, %,d rejected, %,d solved"
              .formatted(
                  now.production().admitted(),
                  now.production().rejected(),
                  now.funnel().solutions()));
    }
  }

  private void showProduction() {
    ProductionProgress now = accounting.snapshot().production();
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

  private void showSampling(int number, IterationSpec step) {
    RolloutProgress now = accounting.snapshot().sampling(number);
    progress.show(
        step.name() + " rollouts",
        now.graded(),
        OptionalLong.of(now.due()),
        "graded; %,d requested, %,d sampled".formatted(now.requested(), now.sampled()));
  }

  /** Whether the folder holds a finished run. */
  public static Optional<Report> finished(RunPlan plan) throws IOException {
    return Files.exists(plan.report()) ? Optional.of(Report.read(plan.report())) : Optional.empty();
  }
}
