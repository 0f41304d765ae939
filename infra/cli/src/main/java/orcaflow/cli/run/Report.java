package orcaflow.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import orcaflow.cli.robustness.Robustness;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.service.AtomicFile;

/**
 * The result of a finished run: {@code report.json}.
 *
 * @param recipe name@hash
 * @param labels rows by class; older reports have none
 * @param seconds wall seconds spent, restarts included
 * @param iterations what each ended with, after the model that the run began with if there was one
 * @param paired each policy against the one before it; older reports do not have it
 * @param benchmark file name@hash; older reports do not have it
 * @param robustness the last policy on variants of the questions; nothing for a benchmark that is
 *     not in our own English, and in older reports
 */
public record Report(
    String run,
    String recipe,
    double seconds,
    Funnel funnel,
    Optional<Labels> labels,
    List<IterationResult> iterations,
    Optional<PairedScores> paired,
    Optional<String> benchmark,
    Optional<Robustness> robustness) {

  /** How reports are written. */
  public static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * One iteration.
   *
   * @param examples rows consumed by the steps
   * @param collapsed why the guard stopped it early, if it did
   */
  public record IterationResult(
      String name,
      String algorithm,
      String policy,
      int steps,
      long examples,
      double seconds,
      Optional<String> collapsed,
      Score greedy,
      Score sampled) {}

  /** pass@1 on the benchmark with its 95 % Wilson interval. */
  public record Score(
      int n, int correct, double accuracy, double low, double high, List<Style> styles) {

    /** The score of an evaluation. */
    public static Score of(Evaluation evaluation) {
      return new Score(
          evaluation.getN(),
          evaluation.getCorrect(),
          evaluation.getAccuracy(),
          evaluation.getLow(),
          evaluation.getHigh(),
          evaluation.getStyles().stream()
              .map(s -> new Style(s.getStyle(), s.getN(), s.getCorrect()))
              .toList());
    }
  }

  /** Accuracy of one answer style. */
  public record Style(String style, int n, int correct) {}

  /** The report of a run whose every policy is there and has both evaluations. */
  static Report of(
      String run,
      String recipeId,
      double seconds,
      RunSnapshot snapshot,
      Optional<Robustness> robustness) {
    return new Report(
        run,
        recipeId,
        seconds,
        snapshot.funnel(),
        Optional.of(snapshot.labels()),
        snapshot.policies().values().stream().map(policy -> result(snapshot, policy)).toList(),
        PairedScores.successive(snapshot),
        snapshot.evaluations().stream().map(Evaluation::getBenchmark).findFirst(),
        robustness);
  }

  /** A policy with both its evaluations, which must be there. */
  public static IterationResult result(RunSnapshot snapshot, Policy policy) {
    return result(
        policy,
        snapshot.evaluation(policy.getVersion(), "greedy").orElseThrow(),
        snapshot.evaluation(policy.getVersion(), "sampled").orElseThrow());
  }

  /** A policy with its two evaluations. */
  public static IterationResult result(Policy policy, Evaluation greedy, Evaluation sampled) {
    return new IterationResult(
        policy.getName(),
        policy.getAlgorithm(),
        policy.getVersion(),
        policy.getStep(),
        policy.getExamples(),
        policy.getSeconds(),
        Optional.ofNullable(policy.getCollapsed()),
        Score.of(greedy),
        Score.of(sampled));
  }

  void write(Path file) throws IOException {
    AtomicFile.write(file, json());
  }

  static Report read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Report.class);
  }

  /** As it stands in the file. */
  public String json() throws IOException {
    return JSON.writeValueAsString(this) + "\n";
  }

  /** What a run ends with: the funnel in a few lines, the table of policies, their differences. */
  public String text() {
    return "%n%s%n".formatted(funnel.text())
        + benchmark.map("policies on the questions of %s%n"::formatted).orElse("")
        + table()
        + paired.map(scores -> "%n%s".formatted(scores.text())).orElse("")
        + robustness
            .map(
                variants ->
                    "%n%s on %s"
                        .formatted(iterations.get(iterations.size() - 1).name(), variants.text()))
            .orElse("")
        + "%n%.0f s in all%n".formatted(seconds);
  }

  /** One row for each policy. */
  public String table() {
    return table(iterations);
  }

  /** The same for any policies. */
  public static String table(List<IterationResult> rows) {
    StringBuilder table = new StringBuilder();
    table.append(
        "policy  algorithm  steps  examples  greedy pass@1 [95 %% interval]  sampled pass@1 [95 %% interval]  worked g/s    seconds%n"
            .formatted());
    for (IterationResult row : rows) {
      table.append(
          "%-6s  %-9s  %5d  %8d  %-30s  %-31s  %-12s  %7.1f%n"
              .formatted(
                  row.name(),
                  row.algorithm(),
                  row.steps(),
                  row.examples(),
                  shown(row.greedy()),
                  shown(row.sampled()),
                  share(row.greedy()) + " / " + share(row.sampled()),
                  row.seconds()));
      row.collapsed().ifPresent(why -> table.append("        %s%n".formatted(why)));
    }
    return table.toString();
  }

  /** Accuracy with its interval, as tables show it. */
  public static String shown(Score score) {
    return "%.3f [%.3f, %.3f] n=%d"
        .formatted(score.accuracy(), score.low(), score.high(), score.n());
  }

  private static String share(Score score) {
    int worked =
        score.styles().stream().filter(s -> s.style().equals("worked")).mapToInt(Style::n).sum();
    return "%.0f %%".formatted(100.0 * worked / Math.max(1, score.n()));
  }
}
