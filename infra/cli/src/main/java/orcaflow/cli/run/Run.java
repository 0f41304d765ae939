package orcaflow.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Policy;
import orcaflow.schemas.recipe.Recipe;

/**
 * One run from seeds to the last policy. Everything it knows it reads from the run's topics, so a
 * run that was killed at any moment goes on from where it was.
 */
public final class Run {

  private final RunPlan plan;
  private final Services services;
  private final AccountingReader ledger;
  private final RunControl frontDoor;
  private final Progress progress;
  private final Iterations iterations;

  private Run(
      RunPlan plan,
      Services services,
      AccountingReader ledger,
      RunControl frontDoor,
      Progress progress) {
    this.plan = plan;
    this.services = services;
    this.ledger = ledger;
    this.frontDoor = frontDoor;
    this.progress = progress;
    this.iterations =
        new Iterations(
            plan.recipe(), plan.recipeId(), ledger, frontDoor, progress, services::check);
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
        AccountingReader ledger =
            AccountingReader.start(services.cluster(), new RunAccounting(plan.recipe()));
        RunControl frontDoor = new RunControl(services.cluster());
        stopwatch) {
      services.urls().forEach((name, url) -> progress.say("  %-16s %s".formatted(name, url)));
      Run run = new Run(plan, services, ledger, frontDoor, progress);
      plan.student().ifPresent(given -> progress.say("the student is " + given.folder()));
      run.logWhatItWasTold();
      run.seed();
      run.iterate();
      run.iterations.awaitEvaluations(
          books -> books.policies().stream().mapToInt(Policy::getIteration));
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
    for (int number = 1; number <= iterations.last(); number++) {
      if (!iterations.opened(number)) {
        awaitData(number, iterations.step(number));
        iterations.open(number);
      }
      progress.say(Iterations.trained(iterations.awaitPolicy(number)));
    }
  }

  private void awaitData(int number, Recipe.Step step) throws InterruptedException {
    if (step.fromRollouts()) {
      iterations.await(books -> books.gradingClosed(number), () -> showSampling(number, step));
      ledger
          .ask(books -> books.toClose(number))
          .ifPresent(groups -> frontDoor.close(number, groups));
      iterations.await(books -> books.rolloutsClosed(number), () -> showSampling(number, step));
    } else {
      iterations.await(RunAccounting::productionClosed, this::showProduction);
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

  private void showProduction() {
    RunAccounting.Production now = ledger.ask(RunAccounting::production);
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
    RunAccounting.Sampling now = ledger.ask(books -> books.sampling(number));
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
