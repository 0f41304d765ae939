package orcaflow.cli.curves;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.events.Evaluation;
import orcaflow.events.TrainingStep;

/**
 * The steps of a run in their order, each with a number of its own, and the scores of its policies.
 * Columns have the names that TRL logs.
 *
 * @param rows a row for each step
 * @param scores an entry for each evaluation
 */
public record Curves(List<Row> rows, List<Score> scores) {

  private static final Map<String, Function<TrainingStep, Number>> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("loss", TrainingStep::getLoss);
    COLUMNS.put("kl", TrainingStep::getKl);
    COLUMNS.put("rewards/chosen", TrainingStep::getRewardChosen);
    COLUMNS.put("rewards/rejected", TrainingStep::getRewardRejected);
    COLUMNS.put("rewards/margins", TrainingStep::getRewardMargin);
    COLUMNS.put("grad_norm", TrainingStep::getGradNorm);
    COLUMNS.put("learning_rate", TrainingStep::getLearningRate);
    COLUMNS.put("examples", TrainingStep::getExamples);
    COLUMNS.put("tokens", TrainingStep::getTokens);
    COLUMNS.put("seconds", TrainingStep::getSeconds);
    COLUMNS.put("age/mean", TrainingStep::getAgeMean);
    COLUMNS.put("age/max", TrainingStep::getAgeMax);
    COLUMNS.put("mismatch/max", TrainingStep::getMismatchMax);
  }

  /**
   * A step.
   *
   * @param number from 1, over all iterations
   * @param step number within its iteration
   * @param values by column, without those that the step has none of
   */
  public record Row(
      int number,
      String iteration,
      String algorithm,
      int step,
      Instant time,
      Map<String, Number> values) {

    /** For JSON. */
    public Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("number", number);
      facts.put("iteration", iteration);
      facts.put("algorithm", algorithm);
      facts.put("step", step);
      facts.put("time", time.toString());
      facts.putAll(values);
      return facts;
    }
  }

  /**
   * pass@1 of a policy.
   *
   * @param number steps that the run had made by then
   */
  public record Score(int number, String policy, String mode, Instant time, double accuracy) {}

  public Curves {
    rows = List.copyOf(rows);
    scores = List.copyOf(scores);
  }

  /** In the order of their times; a step that is there twice is taken once. */
  public static Curves of(List<TrainingStep> steps, List<Evaluation> evaluations) {
    Map<String, TrainingStep> once = new LinkedHashMap<>();
    steps.stream()
        .sorted(Comparator.comparing(TrainingStep::getTime))
        .forEach(step -> once.putIfAbsent(step.getId(), step));
    List<Row> rows = new ArrayList<>();
    once.values().forEach(step -> rows.add(row(rows.size() + 1, step)));
    Map<String, Integer> ends =
        rows.stream().collect(Collectors.toMap(Row::iteration, Row::number, Math::max));
    return new Curves(
        rows,
        evaluations.stream()
            .map(
                e ->
                    new Score(
                        ends.getOrDefault(e.getName(), 0),
                        e.getName(),
                        e.getMode(),
                        e.getTime(),
                        e.getAccuracy()))
            .toList());
  }

  private static Row row(int number, TrainingStep step) {
    Map<String, Number> values = new LinkedHashMap<>();
    COLUMNS.forEach(
        (name, value) -> {
          Number some = value.apply(step);
          if (some != null) {
            values.put(name, some);
          }
        });
    return new Row(
        number, step.getIteration(), step.getAlgorithm(), step.getStep(), step.getTime(), values);
  }

  /** Lines of CSV, with a heading; a value that is absent is empty. */
  public Stream<String> csv() {
    return Stream.concat(
        Stream.of("number,iteration,algorithm,step,time," + String.join(",", COLUMNS.keySet())),
        rows.stream().map(Curves::csv));
  }

  private static String csv(Row row) {
    return Stream.concat(
            Stream.of(
                row.number(), quoted(row.iteration()), row.algorithm(), row.step(), row.time()),
            COLUMNS.keySet().stream().map(name -> row.values().getOrDefault(name, null)))
        .map(value -> value == null ? "" : value.toString())
        .collect(Collectors.joining(","));
  }

  /** As RFC 4180 has it: a name of an iteration comes from a recipe. */
  private static String quoted(String text) {
    return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
