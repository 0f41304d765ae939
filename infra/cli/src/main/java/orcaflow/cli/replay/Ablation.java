package orcaflow.cli.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import orcaflow.cli.dataset.BadDataset;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.cli.terminal.Figures;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.Cluster;
import orcaflow.service.AtomicFile;

/**
 * The ablations of Orca-Math (section 4 of the paper), each a replay of the same history from the
 * same checkpoint: whose answers are positives, and which algorithm learns. Steps, rows a step,
 * learning rate and schedule are the same in each, and none was chosen for an arm.
 *
 * @param from what was replayed
 * @param start the checkpoint
 */
public record Ablation(String from, ReplayReport.Trained start, List<Outcome> arms) {

  /**
   * One arm.
   *
   * @param name also the end of its run's name
   * @param labelling policy its rows are made under
   * @param recipe shipped recipe whose algorithm learns
   */
  public record Arm(String name, String labelling, String recipe) {}

  /** In the order of the table, the paper's own way first. */
  public static final List<Arm> ARMS =
      List.of(
          new Arm("kto", "paper", "kto"),
          new Arm("kto-teacher-only", "teacher-only", "kto"),
          new Arm("kto-no-synthetic", "paper-no-synthetic", "kto"),
          new Arm("kto-rollouts", "rollouts", "kto"),
          new Arm("apo-zero", "paper", "apo-zero"),
          new Arm("dpo", "paper", "dpo"),
          new Arm("dpo-nll", "paper", "dpo-nll"),
          new Arm("sft", "paper", "sft"),
          new Arm("gspo", "rollouts", "gspo"));

  /**
   * What an arm came to.
   *
   * @param run the run it wrote
   * @param paired its policy and the start on the same questions; nothing where the weights are the
   *     same, and from older reports
   */
  public record Outcome(
      Arm arm, String run, ReplayReport.Trained policy, Optional<PairedScores> paired) {

    /** The difference to the start with its 95 % interval, for the table. */
    private String difference(String mode) {
      return paired.stream()
          .flatMap(scores -> scores.rows().stream())
          .filter(row -> row.after().equals(policy.result().policy()) && row.mode().equals(mode))
          .map(row -> Figures.difference(row.difference(), row.low(), row.high()))
          .findFirst()
          .orElse("");
    }
  }

  /** Where and on what the arms run. */
  public record Settings(Path home, String from, String fromPolicy, Path benchmark) {

    private ReplayPlan plan(Arm arm) throws BadReplay, IOException {
      return ReplayPlan.of(
          home,
          from,
          run(HistorySelector.parse(from), arm),
          Optional.of(arm.labelling()),
          arm.recipe(),
          fromPolicy,
          benchmark);
    }

    private static String run(HistorySelector from, Arm arm) {
      return from.run() + "-ablate-" + arm.name();
    }
  }

  /** The arms that were finished by this very command before; empty unless all were. */
  public static Optional<Ablation> finished(Settings settings, List<Arm> arms)
      throws BadReplay, IOException {
    List<ReplayReport> reports = new ArrayList<>();
    for (Arm arm : arms) {
      Optional<ReplayReport> report = Replay.finished(settings.plan(arm));
      if (report.isEmpty()) {
        return Optional.empty();
      }
      reports.add(report.get());
    }
    return Optional.of(of(settings, arms, reports));
  }

  /**
   * Runs what is not finished, one arm after the other, and writes the table beside the replays.
   */
  public static Ablation execute(
      Settings settings, List<Arm> arms, Cluster cluster, Progress progress)
      throws BadReplay, BadDataset, IOException, InterruptedException, ExecutionException {
    List<ReplayReport> reports = new ArrayList<>();
    for (Arm arm : arms) {
      ReplayPlan plan = settings.plan(arm);
      Optional<ReplayReport> finished = Replay.finished(plan);
      progress.say(
          "arm %s: %s under %s%s"
              .formatted(
                  arm.name(),
                  arm.recipe(),
                  arm.labelling(),
                  finished.isPresent() ? ", complete" : ""));
      reports.add(finished.isPresent() ? finished.get() : Replay.execute(plan, cluster, progress));
    }
    Ablation ablation = of(settings, arms, reports);
    ablation.write(settings.home().resolve("replays").resolve("ablation.json"));
    return ablation;
  }

  private static Ablation of(Settings settings, List<Arm> arms, List<ReplayReport> reports) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < arms.size(); i++) {
      ReplayReport report = reports.get(i);
      outcomes.add(new Outcome(arms.get(i), report.run(), report.last(), report.paired()));
    }
    List<ReplayReport.Trained> policies = reports.get(0).policies();
    return new Ablation(settings.from(), policies.get(policies.size() - 2), outcomes);
  }

  private void write(Path file) throws IOException {
    AtomicFile.write(file, json());
  }

  /** For programs. */
  public String json() throws IOException {
    return Report.JSON.writeValueAsString(this) + "\n";
  }

  /** The table as Markdown, which reads well on a terminal, too. */
  public String text() {
    StringBuilder table = new StringBuilder();
    row(
        table,
        "arm",
        "labelling",
        "algorithm",
        "steps",
        "greedy pass@1",
        "greedy less the start's",
        "sampled pass@1",
        "sampled less the start's",
        "rows");
    row(table, "---", "---", "---", "---", "---", "---", "---", "---", "---");
    row(table, "start: " + start.result().name(), "", start, mode -> "");
    for (Outcome outcome : arms) {
      row(
          table,
          outcome.arm().name(),
          outcome.arm().labelling(),
          outcome.policy(),
          outcome::difference);
    }
    return table.toString();
  }

  private static void row(
      StringBuilder table,
      String arm,
      String labelling,
      ReplayReport.Trained policy,
      UnaryOperator<String> difference) {
    Report.IterationResult result = policy.result();
    row(
        table,
        arm,
        labelling,
        result.algorithm(),
        result.steps() + result.collapsed().map(why -> " (guard)").orElse(""),
        Report.shown(result.greedy()),
        difference.apply("greedy"),
        Report.shown(result.sampled()),
        difference.apply("sampled"),
        policy.note());
  }

  private static void row(StringBuilder table, String... cells) {
    table
        .append("| ")
        .append(String.join(" | ", cells))
        .append(" |")
        .append(System.lineSeparator());
  }
}
