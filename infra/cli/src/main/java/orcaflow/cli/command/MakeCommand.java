package orcaflow.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.agents.model.Amount;
import orcaflow.agents.seed.SeedFeed;
import orcaflow.cli.make.Condition;
import orcaflow.cli.make.Make;
import orcaflow.cli.make.MakePlan;
import orcaflow.cli.make.MakeReport;
import orcaflow.cli.make.SeedBlocks;
import orcaflow.cli.run.Report;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.SamplingRecipe;
import orcaflow.cli.run.Teacher;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Problems with solutions and rollouts, until exactly as many are accepted as are wanted. */
@Command(
    name = "make",
    mixinStandardHelpOptions = true,
    description = {
      "Make problems with solutions and rollouts until exactly N are accepted.",
      "A condition compares solve_rate, question_words, solution_words or round (in A..B, >=, <=,"
          + " =, <, >), or agent (=), and joins by 'and'. Started again on the same folder it"
          + " continues, and ends with the same problems."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:exactly N are accepted",
      "1:the work failed",
      "2:the command line or an input cannot be used",
      "3:out of money or out of reach; what is accepted is written"
    },
    footer = {
      "",
      "Example:",
      "  ./orcaflow make --accepted 5000 --where 'solve_rate in 0.2..0.8' --at-most 25USD"
          + " --student models/my-model --seeds problems.jsonl --teacher https://api.example.com/v1"
          + " --model some-model --prices 2.5/10 --dir D"
    })
public final class MakeCommand implements Callable<Integer> {

  private static final int NOT_REACHED = 3;
  private static final int ROUNDS = 1;

  @Mixin private ProductionOptions production;
  @Mixin private Output output;

  @Option(
      names = "--dir",
      defaultValue = "orcaflow-made",
      description = "Folder of the run that makes them (default: ${DEFAULT-VALUE}).")
  private Path dir;

  @Option(names = "--accepted", required = true, paramLabel = "N", description = "Problems wanted.")
  private long accepted;

  @Option(
      names = "--where",
      required = true,
      paramLabel = "CONDITION",
      description = "For example: solve_rate in 0.2..0.8 and question_words <= 80")
  private String where;

  @Option(
      names = "--at-most",
      paramLabel = "AMOUNT",
      description = "What may be spent in all, for example 25USD or 2000000tokens.")
  private Optional<String> atMost = Optional.empty();

  @Option(
      names = "--lesson",
      paramLabel = "SEEDS",
      defaultValue = "256",
      description =
          "Seeds that a fresh student learns from before it is sampled, 16 to 500 (default:"
              + " ${DEFAULT-VALUE}). A student that is given needs none.")
  private int lesson;

  @Option(
      names = "--out",
      description = "File of the accepted problems (default: accepted.jsonl in the folder).")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws Exception {
    MakePlan plan = NewFolder.goneUnlessUsable(dir, this::claimed);
    return Stoppable.call(Failure.CONTINUES, () -> make(plan));
  }

  private MakePlan claimed() throws Exception {
    MakePlan plan = plan();
    Logging.into(plan.run().dir());
    plan.run().claim();
    return plan;
  }

  private int make(MakePlan plan) throws Exception {
    try (Progress progress = Progress.on(System.err)) {
      MakeReport report = Make.execute(plan, progress);
      AtomicFile.write(
          plan.run().dir().resolve("make.json"), Report.JSON.writeValueAsString(report) + "\n");
      output.block(report, report.text());
      return report.exact() ? 0 : NOT_REACHED;
    }
  }

  private MakePlan plan() throws Exception {
    if (accepted < 1) {
      throw new Failure.BadInput("--accepted is %d: give 1 or more".formatted(accepted));
    }
    if (lesson < 16 || lesson > SeedFeed.MOST_ROWS) {
      throw new Failure.BadInput(
          "--lesson is %d: give 16 to %d".formatted(lesson, SeedFeed.MOST_ROWS));
    }
    Condition condition = condition();
    Optional<Amount> most = amount();
    RunPlan read =
        production.plan(new ProductionOptions.Place(dir, "main", 4, 0, false), budget(most));
    boolean learns = condition.needsRollouts() && !SamplingRecipe.answersAtOnce(read.recipe());
    SeedBlocks blocks = learns ? new SeedBlocks(lesson) : SeedBlocks.STANDARD;
    Recipe capped = SamplingRecipe.editing(read.recipe(), ROUNDS);
    return new MakePlan(
        read.making(
            condition.needsRollouts() ? SamplingRecipe.of(capped) : SamplingRecipe.without(capped),
            "make %s, %d".formatted(condition.needsRollouts(), blocks.first())),
        accepted,
        condition,
        most,
        SeedRowsCheck.require(read.seeds(), read.limit(), System.err::println).rows(),
        blocks,
        out.orElse(read.dir().resolve("accepted.jsonl")).toAbsolutePath(),
        notes(read, most, learns));
  }

  private List<String> notes(RunPlan read, Optional<Amount> most, boolean learns) {
    List<String> notes = new ArrayList<>();
    if (read.recipe().expansion().rounds() > ROUNDS) {
      notes.add(
          "of the recipe's %d rounds of edits there is %d: then no order of arrival matters"
              .formatted(read.recipe().expansion().rounds(), ROUNDS));
    }
    if (learns) {
      notes.add(
          "the student is a fresh one and learns from the first %d seeds; one that is named with"
                  .formatted(lesson)
              + " --student begins at once");
    }
    if (most.isPresent() && read.spending().budget().isEmpty()) {
      notes.add(
          "the teacher costs nothing without --prices: %s are never spent".formatted(most.get()));
    }
    return notes;
  }

  private Condition condition() throws Failure.BadInput {
    try {
      return Condition.parse(where);
    } catch (Condition.BadCondition e) {
      throw new Failure.BadInput(e.getMessage(), e);
    }
  }

  private Optional<Amount> amount() throws Failure.BadInput {
    try {
      return atMost.map(Amount::parse);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--at-most: " + e.getMessage(), e);
    }
  }

  /** Without prices the built-in teachers cost nothing, so that no amount of money is spent. */
  private Optional<String> budget(Optional<Amount> most) throws Failure.BadInput {
    boolean endpoint = production.teacher() instanceof Teacher.Endpoint;
    return most.filter(amount -> amount.inTokens() || endpoint || production.priced())
        .map(Amount::toString);
  }
}
