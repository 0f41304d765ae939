package orcaflow.cli.preview;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.EndpointConfig;
import orcaflow.agents.model.PriceList;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.Iterations;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunControl;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.cli.run.SamplingRecipe;
import orcaflow.cli.run.Services;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.ModelCall;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Stages;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;

/**
 * A real run of the first seeds, on the same parts, in a folder that is thrown away; everything but
 * training. What is sent is heard at the client that sends it.
 *
 * @param whole the recipe of the whole run
 * @param plan the run of the first seeds, on topics of one partition, which keep their order
 * @param seeds number of all seeds
 */
public record Preview(Recipe whole, RunPlan plan, long seeds) {

  private static final int FIRST = 1;
  private static final String UNTRAINED =
      "the recipe's student is a fresh one that can say nothing before it is trained: name one with"
          + " --student to see rollouts";

  /** Looks at the seeds. */
  public PreviewReport run(Progress progress) throws IOException, InterruptedException {
    HeardCalls heard = new HeardCalls();
    List<ModelCall> asked = Services.preflight(plan);
    progress.say("starting broker, registry and services in a temporary folder");
    try (Services services = Services.start(plan, Services.Use.production(heard));
        AccountingReader accounting =
            AccountingReader.start(services.cluster(), new RunAccounting(plan.recipe()));
        RunControl control = new RunControl(services.cluster())) {
      services.book(asked);
      accounting.seeded(services.seed(plan.seeds(), plan.limit(), written -> {}));
      Iterations iterations = Iterations.of(plan, services, accounting, control, progress);
      iterations.await(RunSnapshot::productionClosed, () -> show(accounting, progress));
      if (SamplingRecipe.answersAtOnce(plan.recipe())) {
        label(iterations, accounting, control, progress);
      }
      return report(PreviewEvents.of(services.cluster()), heard.all(), asked);
    }
  }

  private static void label(
      Iterations iterations, AccountingReader accounting, RunControl control, Progress progress)
      throws InterruptedException {
    Runnable show = () -> show(accounting, progress);
    iterations.await(now -> now.gradingClosed(FIRST), show);
    accounting.snapshot().toClose(FIRST).ifPresent(groups -> control.close(FIRST, groups));
    iterations.await(now -> now.rolloutsClosed(FIRST), show);
  }

  private static void show(AccountingReader accounting, Progress progress) {
    RunSnapshot now = accounting.snapshot();
    progress.show(
        "preview",
        now.production().solved(),
        OptionalLong.of(now.production().candidates() - now.production().rejected()),
        "problems solved, %d with rollouts".formatted(now.sampling(FIRST).graded()));
  }

  private PreviewReport report(PreviewEvents events, List<HeardCall> calls, List<ModelCall> asked) {
    PriceList prices =
        plan.spending().prices().map(EndpointConfig.Cost::prices).orElse(PriceList.FREE);
    List<String> order =
        events.candidates().stream()
            .filter(each -> each.getLineage().getAgent().equals(Stages.SEED))
            .map(ProblemCandidate::getId)
            .toList();
    List<PreviewReport.Candidate> candidates =
        new Reading(events, calls, order, prices).candidates();
    Spent spent = new Spent(candidates, order.size(), judgedTimes());
    return new PreviewReport(
        whole.name(),
        plan.teacher().toString(),
        SamplingRecipe.answersAtOnce(whole) ? Optional.empty() : Optional.of(UNTRAINED),
        candidates,
        asked.stream().mapToDouble(ModelCall::getCost).sum(),
        plan.spending().prices().isPresent(),
        Projection.of(spent.money(), seeds),
        Projection.of(spent.tokens(), seeds));
  }

  /**
   * How often a problem of the whole run has rollouts: only a share of them has in an iteration.
   */
  private double judgedTimes() {
    return whole.iterations().stream()
        .map(IterationSpec::share)
        .mapToDouble(share -> share.orElse(0.0))
        .sum();
  }
}
