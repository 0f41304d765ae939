package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.PassSize;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Log-probabilities and gradients of a vocabulary whose logits are never all there at once. */
class ChunkedLogitsTest {

  private static final double[] COEFFICIENTS = {0.5, -1.25, 2, 0.125, -3};

  /** What one pass gives. */
  private record Pass(double[] logProbs, long logitsKept, Weights gradients) {

    static Pass of(StudentConfig config, int rowsAtATime) {
      List<Example> examples = Students.examples(COEFFICIENTS.length, 7);
      Weights weights = Students.lively(config, 7);
      MicroBatch batch = MicroBatch.cut(config, examples, 1 << 20, 4, Integer.MAX_VALUE).get(0);
      try (Ops ops = new Ops();
          Network network = new Network(config, weights, DataType.FLOAT64, true);
          NDManager scope = network.scope()) {
        NDArray most = scope.create((long) rowsAtATime * config.vocabulary());
        NDList forward = new NDList(network.inputs());
        forward.addAll(batch.inputs(scope, DataType.FLOAT64));
        forward.add(most);
        NDList measured = ops.callAll("sequence_logps", true, scope, forward);
        double[] logProbs = measured.get(0).toDoubleArray();
        long kept = measured.get(2).size();
        NDList gradients = network.arrays("G[]", weights.zeros());
        NDList backward = new NDList(network.inputs());
        backward.addAll(gradients);
        backward.addAll(measured.subNDList(1));
        backward.add(scope.create(batch.targets()));
        backward.add(scope.create(batch.owners()));
        backward.add(scope.create(Arrays.copyOf(COEFFICIENTS, logProbs.length)));
        backward.add(most);
        ops.call("accumulate", true, scope, backward);
        return new Pass(logProbs, kept, network.read(gradients));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void chunksChangeNeitherValuesNorGradients(int rowsAtATime) {
    assertSame(Students.TINY, rowsAtATime);
  }

  @Test
  void aHeadOfItsOwnGetsItsGradientInChunksToo() {
    assertSame(Students.windowed(3), 2);
  }

  @Test
  void aVocabularyOf32000IsLearntWithoutItsLogitsInOnePiece() {
    StudentConfig large =
        new StudentConfig(
            32_000, 8, 1, 2, 1, 4, 16, 256, 10_000, 1e-5, OptionalInt.empty(), true, 1, 2, 0);
    Random random = new Random(1);
    List<Example> batch =
        Stream.generate(() -> new Example(new int[] {1}, random.ints(160, 3, 32_000).toArray()))
            .limit(16)
            .toList();
    assertThat(MicroBatch.cut(large, batch, PassSize.CPU))
        .allMatch(part -> part.keep().length * 32_000L > Network.LOGITS);
    Weights weights = Students.lively(large, 1);
    try (Trainee learner = Trainee.of(large, weights, weights, Students.QUICK);
        LogProbs model = new LogProbs(large, weights)) {
      double sum = 0;
      for (Example alone : batch) {
        sum += model.sequenceLogProbs(List.of(alone))[0];
      }
      assertThat(learner.sft(batch).loss()).isCloseTo(-sum / (16 * 160), within(1e-4));
      assertThat(learner.sft(batch).loss()).isLessThan(-sum / (16 * 160));
    }
  }

  private static void assertSame(StudentConfig config, int rowsAtATime) {
    Pass whole = Pass.of(config, 1 << 20);
    Pass chunked = Pass.of(config, rowsAtATime);
    assertThat(whole.logitsKept()).isPositive();
    assertThat(chunked.logitsKept()).isZero();
    assertThat(chunked.logProbs()).containsExactly(whole.logProbs(), within(1e-12));
    for (String name : whole.gradients().names()) {
      float[] right = whole.gradients().get(name).values();
      assertThat(chunked.gradients().get(name).values())
          .as(name)
          .containsExactly(right, within(1e-6f));
    }
  }
}
