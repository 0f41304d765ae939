package orcaflow.cli.command;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.page.RunModel;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.BudgetLog;
import orcaflow.cli.run.NextRows;
import orcaflow.cli.run.ProductionProgress;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.cli.run.Standstill;
import orcaflow.cli.run.Waits;
import orcaflow.cli.stall.Causes;
import orcaflow.cli.terminal.Output;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.stack.RegistryCheck;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far a run is, read from its topics. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Print how far a run is, counted from its topics, and what it waits for:",
      "its place in the recipe, the rows that open the next iteration, counts, rates and time left of"
          + " each part, scores with 95%% intervals, and cost."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow status -o json | jq .funnel",
      "  ./orcaflow status --watch"
    })
public final class StatusCommand implements Callable<Integer> {

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** Of a terminal: the cursor home, and nothing below it (ECMA-48). */
  private static final String CLEAR = "\u001b[H\u001b[J";

  @Mixin private RunSelection selection;
  @Mixin private Output output;
  @Mixin private RunRecipeOption recipe;

  @Option(
      names = "--why",
      description =
          "Look for the cause where a part does not move: registry, disk, endpoints, processes.")
  private boolean why;

  @Option(
      names = "--watch",
      description =
          "Print it again every two seconds, until Ctrl-C; with -o json a line of JSON each time.")
  private boolean watch;

  @Override
  public Integer call() throws Exception {
    return Stoppable.call(
        "the run is as it was",
        () -> {
          try (RunLocation.Reached reached = selection.reach()) {
            print(reached.cluster(), reached.started().isEmpty());
          }
          return 0;
        });
  }

  /**
   * @param running whether the run's services may run; where they do not, nothing moves
   */
  private void print(Cluster cluster, boolean running) throws Exception {
    RunLog log = RunLog.of(cluster);
    Recipe read = recipe.of(cluster, log);
    try (RunModel run = RunModel.begin(cluster, read, running, Optional.empty())) {
      run.awaitCaughtUp();
      run.look();
      if (running) {
        // A rate is the difference of two looks.
        Thread.sleep(BETWEEN.toMillis());
      }
      print(cluster, log, running, run);
      while (watch) {
        Thread.sleep(BETWEEN.toMillis());
        if (System.console() != null && !output.json()) {
          output.text(CLEAR);
        }
        print(cluster, RunLog.of(cluster), running, run);
      }
    }
  }

  private void print(Cluster cluster, RunLog log, boolean running, RunModel run) throws Exception {
    run.look();
    AccountingReader reader = run.accounts();
    List<Waits.Wait> waits = Waits.in(log, Instant.now());
    RunSnapshot now = reader.snapshot();
    List<Standstill> standing =
        running
            ? explained(reader.standstills(Instant.now()), cluster, waits)
            : List.<Standstill>of();
    StatusText more =
        new StatusText(
            run.now(), run.policies(), run.money(), BudgetLog.of(log), nextRows(cluster));
    ProductionProgress production = now.production();
    List<String> policies = now.policies().values().stream().map(Policy::getVersion).toList();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("run", cluster.run());
    facts.put("recipe", more.now().recipe());
    facts.put("running", running);
    facts.putAll(more.facts());
    facts.put("funnel", now.funnel());
    facts.put("production", production);
    facts.put("policies", policies);
    facts.put("waiting", waits.stream().map(Waits.Wait::facts).toList());
    facts.put("standing", standing);
    facts.put("unreadable", reader.unreadable());
    facts.put("removed", reader.removed());
    String text =
        "run %s, recipe %s%s%n%s%n%sexpanded %,d of %,d%n%spolicies %s%s%s%s%s%s"
            .formatted(
                cluster.run(),
                more.now().recipe(),
                running ? "" : "; nothing runs in its folder",
                more.position(),
                now.funnel().text(),
                production.expanded(),
                production.toExpand(),
                more.parts(),
                policies.isEmpty() ? "none yet" : String.join(", ", policies),
                more.scoresAndCost(),
                Waits.text(waits, Instant.now()),
                Attention.movement(standing),
                Attention.unreadable(reader.unreadable()),
                Attention.removed(reader.removed()));
    if (watch) {
      output.line(facts, text);
    } else {
      output.block(facts, text);
    }
  }

  private Optional<NextRows> nextRows(Cluster cluster) throws Exception {
    Optional<Path> folder = selection.folder();
    return folder.isPresent() ? NextRows.in(folder.get(), cluster.run()) : Optional.empty();
  }

  private List<Standstill> explained(
      List<Standstill> standing, Cluster cluster, List<Waits.Wait> waits)
      throws InterruptedException {
    if (!why || standing.isEmpty()) {
      return standing;
    }
    Optional<String> complaint = RegistryCheck.complaint(cluster);
    List<Standstill> explained = new ArrayList<>();
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      Causes causes = new Causes(cluster, admin, selection.folder(), () -> Causes.endpoints(waits));
      for (Standstill each : standing) {
        explained.add(each.because(causes.of(each.part(), complaint).sentence()));
      }
    }
    return explained;
  }
}
