package orcaflow.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import orcaflow.cli.continuous.Ending;
import orcaflow.cli.continuous.News;
import orcaflow.cli.continuous.PolicyLog;
import orcaflow.cli.continuous.ProblemSource;
import orcaflow.cli.continuous.Supply;
import orcaflow.cli.continuous.TrainingView;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.cli.run.RunControl;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.Services;
import orcaflow.cli.run.WaitingLines;
import orcaflow.cli.stall.StallWatch;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.ModelCall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything running, learning from the problems that come, without an end or until one. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Start everything and keep it running, learning from the problems that come.",
      "Broker, registry, the scripted model and the three services, until Ctrl-C. Feed it with"
          + " --seeds, 'seed' or --source, watch it with 'status' and 'tail'."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow up --source scripted --for 20m",
      "  ./orcaflow up --source inbox/",
      "  ./orcaflow up --source http",
      "  ./orcaflow up --dir live &  ./orcaflow seed problems.jsonl --dir live"
    })
public final class UpCommand implements Callable<Integer> {

  private static final Duration GLANCE = Duration.ofMillis(500);

  @Mixin private RunOptions options;
  @Mixin private HoldOutOption holdOut;

  @Option(
      names = "--open-after",
      paramLabel = "ROWS",
      defaultValue = "2000",
      description =
          "The trainer begins the next iteration of the recipe once this many new rows are there"
              + " (default: ${DEFAULT-VALUE}). The key rows of an iteration comes first.")
  private long openAfter;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      description =
          "Let problems in as well: scripted:N/s, those of the scripted author, N a second; a folder,"
              + " those of the files that come into it; http or http:PORT, those that are posted to"
              + " /seeds on 127.0.0.1; - those on standard input, as JSON Lines.")
  private Optional<String> source = Optional.empty();

  @Option(names = "--for", paramLabel = "TIME", description = "End after a time: 90s, 20m, 2h.")
  private Optional<String> time = Optional.empty();

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "End once the policy of iteration N is evaluated.")
  private Optional<Integer> iterations = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Ending ending = ending();
    Optional<ProblemSource> problems = problems();
    RunPlan plan = NewFolder.goneUnlessUsable(options.dir(), () -> claimed(problems));
    return Stoppable.call(Failure.CONTINUES, () -> untilTheEnd(plan, problems, ending));
  }

  private RunPlan claimed(Optional<ProblemSource> problems) throws Exception {
    RunPlan read = options.plan(openAfter, problems.isPresent());
    Logging.into(read.dir());
    RunPlan plan = withOwnSeeds(read);
    plan.claim();
    return plan;
  }

  private RunPlan withOwnSeeds(RunPlan read) throws Failure.BadInput, IOException {
    if (!options.production().ownSeeds()) {
      if (holdOut.given()) {
        throw new Failure.BadInput("--hold-out: give --seeds, of which it takes a share");
      }
      return read;
    }
    SeedRowsCheck.require(read.seeds(), read.limit(), System.err::println);
    return holdOut.of(read, true, options.production().ownBenchmark(), System.err::println);
  }

  private Ending ending() throws Failure.BadInput {
    if (iterations.isPresent() && iterations.get() < 1) {
      throw new Failure.BadInput("--iterations is %d: give 1 or more".formatted(iterations.get()));
    }
    try {
      return new Ending(
          time.map(text -> Ending.time("for", text)),
          iterations.map(OptionalInt::of).orElse(OptionalInt.empty()));
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }

  private Optional<ProblemSource> problems() throws Failure.BadInput {
    try {
      return source.map(ProblemSource::parse);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }

  private int untilTheEnd(RunPlan plan, Optional<ProblemSource> problems, Ending ending)
      throws Exception {
    List<ModelCall> asked = Services.preflight(plan);
    TrainingView training = new TrainingView();
    try (Progress progress = Progress.on(System.err);
        Services services = Services.start(plan, Services.Use.RUN.seenBy(training));
        News news = News.open(services.cluster(), plan.recipe())) {
      RunControl.logSettings(services.cluster(), plan);
      services.taken().forEach(progress::say);
      services.urls().forEach((name, url) -> progress.say("  %-16s %s".formatted(name, url)));
      services.book(asked);
      progress.say("up; Ctrl-C ends it");
      progress.say("in the browser: ./orcaflow ui --dir " + plan.dir());
      if (options.production().ownSeeds()) {
        long rows = services.seed(plan.seeds(), plan.limit(), written -> {});
        progress.say("%,d rows of %s are in".formatted(rows, plan.seeds().path()));
      }
      try (Supply supply =
              Supply.open(
                  services.cluster(),
                  problems,
                  plan.recipe().seed(),
                  plan.dir().resolve("source"),
                  progress::say);
          StallWatch stalls = StallWatch.of(services, plan, training::rows)) {
        run(services, news, training, supply, stalls, ending, progress);
      }
      System.out.print(summary(news.policies()));
      System.out.flush();
    }
    return 0;
  }

  private static void run(
      Services services,
      News news,
      TrainingView training,
      Supply supply,
      StallWatch stalls,
      Ending ending,
      Progress progress)
      throws InterruptedException {
    WaitingLines waiting = new WaitingLines(services::waiting, progress);
    long start = System.nanoTime();
    while (!ending.reached(
        Duration.ofNanos(System.nanoTime() - start), news.policies().evaluated())) {
      services.check();
      supply.letIn();
      waiting.show();
      stalls.say(progress::say);
      news.say(progress);
      training.show(progress, supply.sentence());
      Thread.sleep(GLANCE.toMillis());
    }
  }

  private static String summary(PolicyLog policies) {
    return Report.table(policies.results())
        + policies.newestAgainstFirst().map(PairedScores::text).map("%n%s"::formatted).orElse("")
        + policies.atAllLooks().stream().map("%s%n"::formatted).collect(Collectors.joining());
  }
}
