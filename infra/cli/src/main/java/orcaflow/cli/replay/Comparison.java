package orcaflow.cli.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/**
 * Two runs side by side: their settings, which rows they learnt from, how their policies do.
 *
 * @param settings what the run log of each says, by kind
 * @param rows by kind and iteration
 * @param evaluations by iteration, benchmark and mode
 * @param paired the right run's policies against the left run's; nothing where verdicts are missing
 */
public record Comparison(
    String left,
    String right,
    @JsonProperty("told") List<Setting> settings,
    List<RowDifference> rows,
    List<EvaluationDifference> evaluations,
    Optional<PairedScores> paired) {

  /** One setting: recipe, labelling or the like. */
  public record Setting(String kind, String left, String right) {}

  /**
   * Rows of one kind and iteration.
   *
   * @param kind demonstrations, labelled-completions or preference-pairs
   * @param iteration position in the recipe; 0 for demonstrations
   * @param both rows of the same problem and answers in both runs
   * @param flipped of these, how many are desirable in one and undesirable in the other
   */
  public record RowDifference(
      String kind,
      int iteration,
      long left,
      long leftDesirable,
      long right,
      long rightDesirable,
      long both,
      long flipped) {

    /** Rows that only the left run has. */
    @JsonProperty
    public long onlyLeft() {
      return left - both;
    }

    /** Rows that only the right run has. */
    @JsonProperty
    public long onlyRight() {
      return right - both;
    }

    private String text() {
      return "%-21s %4s %9d %9d %9d %9d %9d %9d"
          .formatted(
              kind,
              iteration == 0 ? "" : "M" + iteration,
              left,
              right,
              both,
              onlyLeft(),
              onlyRight(),
              flipped);
    }
  }

  /** The policies of one iteration under one benchmark and mode; empty where a run has none. */
  public record EvaluationDifference(
      int iteration, String benchmark, String mode, Optional<Result> left, Optional<Result> right) {

    /** Whether the intervals of both have no value in common. */
    @JsonProperty
    public boolean apart() {
      return left.isPresent()
          && right.isPresent()
          && (left.get().score().low() > right.get().score().high()
              || right.get().score().low() > left.get().score().high());
    }

    private String text() {
      return "%-4s %-8s %-32s %-32s %s"
          .formatted(
              label(iteration),
              mode,
              left.map(Result::text).orElse("-"),
              right.map(Result::text).orElse("-"),
              difference());
    }

    private String difference() {
      if (left.isEmpty() || right.isEmpty()) {
        return "";
      }
      if (left.get().weights().equals(right.get().weights())) {
        return "the same weights";
      }
      return "%+.3f, intervals %s"
          .formatted(
              right.get().score().accuracy() - left.get().score().accuracy(),
              apart() ? "apart" : "overlap");
    }
  }

  /**
   * A policy on a benchmark.
   *
   * @param weights SHA-256 of its weights
   */
  public record Result(String policy, String weights, Report.Score score) {
    private String text() {
      return Report.shown(score);
    }
  }

  /**
   * Compares.
   *
   * @throws BadReplay if one of them is no run
   */
  public static Comparison of(Cluster left, Cluster right) throws BadReplay {
    Map<String, String> leftSettings = settings(left);
    Map<String, String> rightSettings = settings(right);
    Differences differences = Differences.between(left, right);
    EvaluatedPolicies lefts = EvaluatedPolicies.of(left);
    EvaluatedPolicies rights = EvaluatedPolicies.of(right);
    leftSettings.put("labelling", String.join(", ", differences.leftLabelling()));
    rightSettings.put("labelling", String.join(", ", differences.rightLabelling()));
    return new Comparison(
        left.run(),
        right.run(),
        settings(leftSettings, rightSettings),
        rows(differences),
        lefts.beside(rights),
        lefts.pairedWith(rights));
  }

  /** How tables name the policy of an iteration. */
  static String label(int iteration) {
    return iteration == 0 ? "base" : "M" + iteration;
  }

  private static List<Setting> settings(Map<String, String> lefts, Map<String, String> rights) {
    TreeSet<String> kinds = new TreeSet<>(lefts.keySet());
    kinds.addAll(rights.keySet());
    return kinds.stream()
        .map(k -> new Setting(k, lefts.getOrDefault(k, "-"), rights.getOrDefault(k, "-")))
        .toList();
  }

  private static Map<String, String> settings(Cluster run) throws BadReplay {
    List<RunLogEntry> log = CommittedTopic.all(run, Topics.RUN_LOG);
    if (log.isEmpty()) {
      throw new BadReplay("there is no run '%s' here: its run log is empty".formatted(run.run()));
    }
    Map<String, String> settings = new TreeMap<>();
    for (RunLogEntry entry : log) {
      boolean text = entry.getKind().equals("config");
      settings.put(text ? entry.getName() : entry.getKind(), text ? entry.getText() : named(entry));
    }
    settings.remove("replay");
    settings.remove("change");
    return settings;
  }

  private static String named(RunLogEntry entry) {
    return entry.getHash().startsWith(entry.getName() + "@") ? entry.getHash() : entry.getName();
  }

  private static List<RowDifference> rows(Differences differences) {
    List<RowDifference> rows = new ArrayList<>();
    differences
        .tallies()
        .forEach(
            (group, tally) ->
                rows.add(
                    new RowDifference(
                        group.kind().name().toLowerCase(Locale.ROOT).replace('_', '-') + "s",
                        group.iteration(),
                        tally.left,
                        tally.leftDesirable,
                        tally.right,
                        tally.rightDesirable,
                        tally.both,
                        tally.flipped)));
    return rows;
  }

  /** For programs. */
  public String json() throws IOException {
    return Report.JSON.writeValueAsString(this) + "\n";
  }

  /** For the terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    settings.forEach(t -> line(text, "%-12s %-40s %s".formatted(t.kind(), t.left(), t.right())));
    line(text, "");
    line(
        text,
        "%-21s %4s %9s %9s %9s %9s %9s %9s"
            .formatted("rows", "", left, right, "both", "only left", "only right", "flipped"));
    rows.forEach(r -> line(text, r.text()));
    line(text, "");
    line(text, "%-13s %-32s %-32s".formatted("pass@1", left, right).stripTrailing());
    evaluations.forEach(e -> line(text, e.text().stripTrailing()));
    paired.ifPresent(
        scores -> {
          line(text, "");
          line(text, "%s less %s, on the same questions".formatted(right, left));
          text.append(scores.text());
        });
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
  }
}
