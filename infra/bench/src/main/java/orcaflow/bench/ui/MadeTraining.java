package orcaflow.bench.ui;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.Evaluation;
import orcaflow.events.OffsetSpan;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Topics;
import org.apache.kafka.common.TopicPartition;

/** Steps over rows that are there, and the policies they make with their scores. */
final class MadeTraining {

  static final int POLICIES = 20;

  private static final int BATCH = 16;
  private static final int QUESTIONS = 1000;

  private final Map<TopicPartition, Long> rows;
  private final List<TopicPartition> partitions;
  private final int stepsOfPolicy;
  private final Random random = new Random(3);

  /**
   * @param rows where the topic of rows ends, by partition; it has a row at each offset before
   * @param steps in all
   */
  MadeTraining(Map<TopicPartition, Long> rows, int steps) {
    this.rows = rows;
    this.partitions = List.copyOf(rows.keySet());
    this.stepsOfPolicy = Math.max(1, steps / POLICIES);
  }

  String policyOf(int step) {
    return "M" + (1 + step / stepsOfPolicy);
  }

  /**
   * @param number from 0 over all policies
   */
  TrainingStep step(int number) {
    TopicPartition partition = partitions.get(number % partitions.size());
    long room = Math.max(1, rows.get(partition) - BATCH);
    long from = (long) number * BATCH / partitions.size() % room;
    double done = (double) number / stepsOfPolicy / POLICIES;
    String policy = policyOf(number);
    int step = 1 + number % stepsOfPolicy;
    return TrainingStep.newBuilder()
        .setId(policy + "/" + step)
        .setIteration(policy)
        .setAlgorithm("kto")
        .setStep(step)
        .setSteps(stepsOfPolicy)
        .setLoss(0.5 - 0.3 * done + 0.05 * random.nextGaussian())
        .setKl(0.02 + 0.1 * done + 0.01 * random.nextGaussian())
        .setRewardChosen(done + 0.2 * random.nextGaussian())
        .setRewardRejected(-done + 0.2 * random.nextGaussian())
        .setRewardMargin(2 * done + 0.3 * random.nextGaussian())
        .setGradNorm(1 + 0.2 * Math.abs(random.nextGaussian()))
        .setLearningRate(1e-4 * (1 - done))
        .setExamples(BATCH)
        .setTokens(4_000 + random.nextInt(500))
        .setSeconds(0.2 + 0.02 * random.nextDouble())
        .setTime(Instant.ofEpochMilli(1_700_000_000_000L + 200L * number))
        .setAgeMean(1 + random.nextDouble())
        .setAgeMax(1 + random.nextInt(4))
        .setMismatchMax(1e-5 * random.nextDouble())
        .setBatch(step)
        .setConsumed(
            List.of(
                ConsumedOffsets.newBuilder()
                    .setTopic(partition.topic())
                    .setPartition(partition.partition())
                    .setSpans(
                        List.of(new OffsetSpan(from, Math.min(from + BATCH, rows.get(partition)))))
                    .build()))
        .build();
  }

  /** The policies that the steps make, and their scores on the same questions. */
  void policies(MadeFlow.Writer writer) {
    for (int number = 1; number <= POLICIES; number++) {
      String name = "M" + number;
      writer.write(
          Topics.POLICIES,
          Policy.newBuilder()
              .setVersion(name)
              .setIteration(number)
              .setName(name)
              .setAlgorithm("kto")
              .setStep(stepsOfPolicy)
              .setExamples((long) stepsOfPolicy * BATCH)
              .setSeconds(0.2 * stepsOfPolicy)
              .setWeightsHash("w" + number)
              .setLocation("nowhere")
              .setTime(Instant.ofEpochMilli(1_700_000_000_000L))
              .build());
      for (String mode : List.of("greedy", "sampled")) {
        writer.write(Topics.EVALUATIONS, evaluation(name, mode, 0.3 + 0.02 * number));
      }
    }
  }

  private Evaluation evaluation(String policy, String mode, double rate) {
    List<String> verdicts = new ArrayList<>();
    int right = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      boolean one = random.nextDouble() < rate;
      right += one ? 1 : 0;
      verdicts.add(one ? "1" : "0");
    }
    double accuracy = (double) right / QUESTIONS;
    double margin = 1.96 * Math.sqrt(accuracy * (1 - accuracy) / QUESTIONS);
    return Evaluation.newBuilder()
        .setId(policy + "/" + mode)
        .setPolicyVersion(policy)
        .setName(policy)
        .setBenchmark("made-up@0")
        .setMode(mode)
        .setTemperature(mode.equals("greedy") ? 0 : 0.7)
        .setTopP(mode.equals("greedy") ? 1 : 0.95)
        .setN(QUESTIONS)
        .setCorrect(right)
        .setUndecided(0)
        .setAccuracy(accuracy)
        .setLow(accuracy - margin)
        .setHigh(accuracy + margin)
        .setStyles(List.of())
        .setSeconds(10)
        .setTime(Instant.ofEpochMilli(1_700_000_000_000L))
        .setSamples(1)
        .setVerdicts(String.join("", verdicts))
        .build();
  }
}
