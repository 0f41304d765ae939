package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;

/** Gradients against central differences, in double. */
class GradientCheckTest {

  @Test
  void gradientsEqualDifferences() {
    check(Students.TINY);
  }

  @Test
  void gradientsEqualDifferencesUnderASlidingWindowWithAHeadOfItsOwn() {
    check(Students.windowed(3));
  }

  private static void check(StudentConfig config) {
    List<Example> batch = Students.examples(3, 5);
    Weights weights = Students.lively(config, 5);
    Random random = new Random(1);
    try (Ops ops = new Ops();
        Trainee learner =
            Trainee.of(
                config,
                weights,
                Optional.empty(),
                LearnerState.fresh(weights),
                weights,
                Students.QUICK,
                DataType.FLOAT64)) {
      learner
          .learner()
          .backward(
              batch,
              (rows, logProbs) -> new SequenceLoss.Part(0, LearnerTest.filled(rows.length, 1)));
      Weights gradients = learner.learner().gradients();
      for (String name : weights.names()) {
        for (int probe = 0; probe < 4; probe++) {
          int at = random.nextInt(weights.get(name).values().length);
          double slope = Slope.at(weights, name, at, moved -> sum(ops, config, moved, batch));
          double gradient = gradients.get(name).values()[at];
          assertThat(slope)
              .as(name + " at " + at)
              .isCloseTo(gradient, within(2e-3 * Math.max(1, Math.abs(gradient))));
        }
      }
    }
  }

  private static double sum(Ops ops, StudentConfig config, Weights weights, List<Example> batch) {
    try (Network network = new Network(config, weights, DataType.FLOAT64, false)) {
      return Slope.sum(ops, network, batch);
    }
  }
}
