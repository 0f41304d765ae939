package orcaflow.cli.lineage;

import java.util.List;
import java.util.Optional;
import orcaflow.cli.terminal.Printable;
import orcaflow.events.TrainingStep;

/**
 * A training step and the rows it learnt from.
 *
 * @param batch position in the order of batches, from 1
 * @param policies versions that this step is part of; none before the iteration's is published
 */
public record StepTrace(
    String run,
    String step,
    String algorithm,
    int steps,
    int batch,
    Figures figures,
    List<String> policies,
    List<RowTrace> rows) {

  private static final int LINE = 160;

  /** What the step saw. */
  public record Figures(
      double loss,
      Optional<Double> kl,
      Optional<Double> rewardChosen,
      Optional<Double> rewardRejected,
      Optional<Double> rewardMargin,
      double gradNorm,
      double learningRate,
      long tokens,
      double seconds,
      Optional<Double> ageMean,
      Optional<Integer> ageMax) {

    static Figures of(TrainingStep step) {
      return new Figures(
          step.getLoss(),
          Optional.ofNullable(step.getKl()),
          Optional.ofNullable(step.getRewardChosen()),
          Optional.ofNullable(step.getRewardRejected()),
          Optional.ofNullable(step.getRewardMargin()),
          step.getGradNorm(),
          step.getLearningRate(),
          step.getTokens(),
          step.getSeconds(),
          Optional.ofNullable(step.getAgeMean()),
          Optional.ofNullable(step.getAgeMax()));
    }

    String text() {
      StringBuilder text = new StringBuilder("loss %.6f".formatted(loss));
      kl.ifPresent(value -> text.append(", KL %.4f".formatted(value)));
      rewardChosen.ifPresent(value -> text.append(", reward chosen %.4f".formatted(value)));
      rewardRejected.ifPresent(value -> text.append(", rejected %.4f".formatted(value)));
      rewardMargin.ifPresent(value -> text.append(", margin %.4f".formatted(value)));
      text.append(", gradient norm %.4f, lr %.2e".formatted(gradNorm, learningRate));
      ageMean.ifPresent(
          mean ->
              text.append(
                  ", age of the rows in policies %.2f, at most %d"
                      .formatted(mean, ageMax.orElseThrow())));
      return text.toString();
    }
  }

  /** For a terminal. */
  public String text() {
    StringBuilder text =
        new StringBuilder(
            "step %s of %d in run %s (%s, batch %d)%n"
                .formatted(step, steps, run, algorithm, batch));
    text.append("%s%n".formatted(figures.text()));
    text.append("%,d tokens in %.2f s%n".formatted(figures.tokens(), figures.seconds()));
    text.append("policies: %s%n".formatted(ProblemTrace.listed(policies)));
    text.append("%d rows:%n".formatted(rows.size()));
    for (RowTrace row : rows) {
      text.append(
          "  problem %s  %-13s of %s  seed %s  by %s  %s-%d-%d%n"
              .formatted(
                  row.problem(),
                  row.kind(),
                  String.join(" over ", row.responses()),
                  row.seed(),
                  row.policy().orElse("a teacher"),
                  row.topic(),
                  row.partition(),
                  row.offset()));
      text.append("    question  %s%n".formatted(line(row.question())));
      row.answers().forEach(answer -> text.append("    answer    %s%n".formatted(line(answer))));
    }
    return text.toString();
  }

  /** A text in one line, shortened. */
  private static String line(String text) {
    String line = Printable.text(text.strip().replaceAll("\\s+", " "));
    return line.length() <= LINE ? line : line.substring(0, LINE - 1) + "…";
  }
}
