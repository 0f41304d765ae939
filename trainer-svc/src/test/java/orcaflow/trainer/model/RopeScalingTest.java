package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import orcaflow.trainer.Students;
import org.junit.jupiter.api.Test;

/** Against the frequencies of transformers 5, rope_init_functions. */
class RopeScalingTest {

  private static final float[] LLAMA_SHORT = {
    1f, 0.09583998f, 0.0125f, 0.0039528473f, 0.00125f, 0.00039528473f, 0.000125f, 3.9528473e-05f
  };

  /** Llama 3.2 1B: heads of 64, theta 500,000, stretched from 8,192 positions. */
  private static final float[] LLAMA_32 = {
    1f,
    0.6636013f,
    0.44036663f,
    0.29222783f,
    0.19392276f,
    0.12868738f,
    0.0853971f,
    0.05666962f,
    0.03760603f,
    0.024955409f,
    0.01656044f,
    0.010989529f,
    0.007292665f,
    0.0048394212f,
    0.003211446f,
    0.001290548f,
    0.0004295567f,
    9.708286e-05f,
    1.9461639e-05f,
    1.29147675e-05f,
    8.570256e-06f,
    5.6872323e-06f,
    3.7740544e-06f,
    2.5044671e-06f,
    1.6619674e-06f,
    1.1028836e-06f,
    7.3187493e-07f,
    4.856731e-07f,
    3.222933e-07f,
    2.1387423e-07f,
    1.419272e-07f,
    9.4183065e-08f
  };

  private static final float[] LINEAR = {
    0.25f, 0.07905694f, 0.025f, 0.007905695f, 0.0025f, 0.00079056947f, 0.00025f, 7.905695e-05f
  };

  @Test
  void frequenciesAreThoseOfTransformers() {
    same(new RopeScaling.Llama3(8, 1, 4, 32), 16, 10_000, LLAMA_SHORT);
    same(new RopeScaling.Llama3(32, 1, 4, 8_192), 64, 500_000, LLAMA_32);
    same(new RopeScaling.Linear(4), 16, 10_000, LINEAR);
  }

  private static void same(RopeScaling scaling, int headDim, double theta, float[] expected) {
    int half = headDim / 2;
    assertThat(expected).hasSize(half);
    for (int i = 0; i < half; i++) {
      float plain = (float) (1 / StrictMath.pow(theta, i / (double) half));
      assertThat(scaling.frequency(plain))
          .as("%s, frequency %d", scaling, i)
          .isCloseTo(expected[i], org.assertj.core.data.Percentage.withPercentage(0.00005));
      assertThat(RopeScaling.NONE.frequency(plain)).isEqualTo(plain);
    }
  }

  @Test
  void aStudentComputesWithThem() {
    Weights weights = Weights.random(Students.TINY, 3);
    int[] ids = IntStream.range(3, 33).toArray();
    float[] plain = last(Students.TINY, weights, ids);
    float[] linear = last(Students.TINY.with(new RopeScaling.Linear(4)), weights, ids);
    float[] llama = last(Students.TINY.with(new RopeScaling.Llama3(8, 1, 4, 16)), weights, ids);

    assertThat(linear).isNotEqualTo(plain);
    assertThat(llama).isNotEqualTo(plain).isNotEqualTo(linear);
  }

  private static float[] last(StudentConfig config, Weights weights, int[] ids) {
    try (LogProbs model = new LogProbs(config, weights)) {
      return model.logits(ids)[ids.length - 1];
    }
  }
}
