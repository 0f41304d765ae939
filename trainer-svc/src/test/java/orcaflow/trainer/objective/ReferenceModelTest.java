package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three epochs with the reference's values kept, beside a learner that computes them again. */
class ReferenceModelTest {

  private static final int ROWS = 12;
  private static final int BATCH = 4;
  private static final int STEPS = ROWS / BATCH;
  private static final Lora LORA = new Lora(4, 8, Set.of("q_proj", "v_proj"));
  private static final Kto.Settings KTO = Students.kto(0.1, 1, 1);
  private static final Kto.Settings APO = Students.kto(0.1, 1, 1, KtoLoss.APO_ZERO_UNPAIRED);

  private final List<UnpairedExample> labelled = Students.labelled(ROWS, 21);
  private final List<PreferenceExample> pairs = Students.pairs(ROWS, 22);

  enum Kind {
    KTO,
    APO,
    DPO,
    KTO_OF_AN_ADAPTER,
    DPO_OF_AN_ADAPTER;

    boolean dpo() {
      return this == DPO || this == DPO_OF_AN_ADAPTER;
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofRowsThatComeAgainNothingIsComputedAndLossesAreTheSame(Kind kind) {
    ReferenceLogProbs known = new ReferenceLogProbs(kind.dpo() ? 2 * ROWS : ROWS);
    Weights start = Students.lively(Students.TINY, 3);
    try (Learner keepingLearner = learner(kind, start);
        Learner forgettingLearner = learner(kind, start);
        ReferenceModel keeping = new ReferenceModel(keepingLearner, start, known);
        ReferenceModel forgetting = new ReferenceModel(forgettingLearner, start, known.copy())) {
      for (int epoch = 0; epoch < 3; epoch++) {
        long before = keeping.tokens();
        long beforeForgetting = forgetting.tokens();
        long ofMismatched = 0;
        for (int step = 0; step < STEPS; step++) {
          int[] rows = batch(epoch, step);
          StepResult one = step(kind, keepingLearner, rows, keeping);
          forgetting.forget(known.size());
          StepResult other = step(kind, forgettingLearner, rows, forgetting);
          assertThat(one.loss()).isCloseTo(other.loss(), within(1e-12));
          assertThat(one.gradNorm()).isCloseTo(other.gradNorm(), within(1e-9));
          ofMismatched += mismatchedTokens(rows);
        }
        long computed = keeping.tokens() - before;
        long computedAgain = forgetting.tokens() - beforeForgetting;
        assertThat(computedAgain).isPositive();
        boolean withKl = kind == Kind.KTO || kind == Kind.KTO_OF_AN_ADAPTER;
        assertThat(computed)
            .isEqualTo(epoch == 0 ? computedAgain : withKl ? ofMismatched : 0)
            .isLessThanOrEqualTo(computedAgain);
      }
      assertThat(known.known()).isEqualTo(known.size());
    }
  }

  @Test
  void whatIsReadIsWhatWasWritten(@TempDir Path dir) throws IOException {
    ReferenceLogProbs kept = new ReferenceLogProbs(5);
    kept.keep(new int[] {3, 0, 4}, new double[] {-7.25, -1e-300, Double.NEGATIVE_INFINITY});
    Path file = dir.resolve("reference.f64");
    kept.write(file);
    assertThat(Files.size(file)).isEqualTo(5 * 8);
    ReferenceLogProbs read = ReferenceLogProbs.read(file);
    assertThat(read.known()).as("what is not finite is not kept").isEqualTo(2);
    assertThat(read.of(new int[] {0, 1, 2, 3, 4}))
        .containsExactly(-1e-300, Double.NaN, Double.NaN, -7.25, Double.NaN);

    Files.write(file, new byte[11]);
    assertThatThrownBy(() -> ReferenceLogProbs.read(file))
        .hasMessage(file + " holds no log-probabilities: 11 bytes are no whole number of doubles");
  }

  private StepResult step(Kind kind, Learner learner, int[] rows, ReferenceModel reference) {
    if (kind.dpo()) {
      return new Dpo(Students.dpo(0.1)).step(learner, new Batch<>(pairs, rows, reference));
    }
    Kto kto = Trainee.objective(kind == Kind.APO ? APO : KTO);
    return kto.step(learner, new Batch<>(labelled, rows, reference));
  }

  private long mismatchedTokens(int[] rows) {
    List<Example> own = Arrays.stream(rows).mapToObj(row -> labelled.get(row).example()).toList();
    return Kto.mismatched(own, Students.TINY.contextLength()).stream()
        .mapToLong(pair -> pair.length() - 1)
        .sum();
  }

  /** Another order in each epoch. */
  private static int[] batch(int epoch, int step) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, ROWS).boxed().toList());
    Collections.shuffle(order, new Random(epoch));
    return order.subList(step * BATCH, (step + 1) * BATCH).stream().mapToInt(i -> i).toArray();
  }

  private static Learner learner(Kind kind, Weights start) {
    boolean adapting = kind == Kind.KTO_OF_AN_ADAPTER || kind == Kind.DPO_OF_AN_ADAPTER;
    Optional<Lora> lora = Optional.of(LORA).filter(l -> adapting);
    LearnerState state =
        LearnerState.fresh(lora.map(l -> l.fresh(Students.TINY, 3).weights()).orElse(start));
    return new Learner(
        Students.TINY, start, lora, state, Students.QUICK, Precision.FLOAT32, DataType.FLOAT64);
  }
}
