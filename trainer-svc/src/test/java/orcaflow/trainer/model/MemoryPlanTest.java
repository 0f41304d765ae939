package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import orcaflow.trainer.Students;
import orcaflow.trainer.model.MemoryPlan.Algorithm;
import orcaflow.trainer.model.MemoryPlan.Setting;
import orcaflow.trainer.torch.Precision;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {

  /** Mistral 7B v0.1, as published. */
  private static final StudentConfig MISTRAL =
      new StudentConfig(
          32_000,
          4096,
          32,
          32,
          8,
          128,
          14_336,
          32_768,
          10_000,
          1e-5,
          OptionalInt.of(4096),
          false,
          1,
          2,
          2);

  private static final Lora LORA = new Lora(64, 128, Set.of("q_proj", "v_proj"));
  private static final long GIGA = 1_000_000_000L;

  @Test
  void countsTheParametersOfAPublishedModel() {
    Setting setting = setting(Algorithm.KTO, Optional.of(LORA), 1);
    assertThat(setting.parameters()).isEqualTo(7_241_732_096L);
    // 32 layers of A [64, 4096] and B [4096 + 1024, 64] for two projections.
    assertThat(setting.trainable()).isEqualTo(32L * 64 * (4096 + 4096 + 4096 + 1024));
  }

  @Test
  void onlyTrainingOfAllWeightsNeedsACopyToCompareWith() {
    assertThat(part(setting(Algorithm.KTO, Optional.empty(), 1), "reference"))
        .isEqualTo(4 * 7_241_732_096L);
    assertThat(part(setting(Algorithm.SFT, Optional.empty(), 1), "reference")).isZero();
    assertThat(part(setting(Algorithm.DPO, Optional.of(LORA), 1), "reference")).isZero();
  }

  @Test
  void addsUpByHandForATinyStudent() {
    // TINY: d 16, q 16, k 8, f 24, 2 layers, vocabulary 40, tied; 3 rows of 9 tokens give 8 each.
    Setting setting =
        new Setting(
            Students.TINY,
            Algorithm.SFT,
            Optional.empty(),
            12,
            9,
            3,
            2,
            Precision.FLOAT32,
            PassSize.CPU);
    long parameters = 40 * 16 + 2 * (16 * 16 * 2 + 2 * 8 * 16 + 3 * 24 * 16 + 2 * 16) + 16;
    assertThat(setting.parameters()).isEqualTo(parameters);
    assertThat(part(setting, "weights")).isEqualTo(4 * parameters);
    assertThat(part(setting, "gradients")).isEqualTo(4 * 4 * parameters);
    assertThat(part(setting, "optimiser")).isEqualTo(4 * 2 * parameters);
    assertThat(part(setting, "new gradients")).isEqualTo(4 * 2 * parameters);
    long layer = 4 * 16 + (16 + 2 * 8) + (16 + 8) + 2 * 16 + 16 + 4 * 24;
    assertThat(part(setting, "activations")).isEqualTo((2 * layer + 3 * 16) * 3 * 8 * 4 * 2);
    assertThat(part(setting, "scaled matrices"))
        .isEqualTo(2L * (16 * 32 + 2 * 16 * 24 + 16 * 24) * 4 * 2);
    assertThat(part(setting, "logits")).isEqualTo(2 * 3 * 8 * 40 * 4 * 2);
    MemoryPlan plan = MemoryPlan.of(setting);
    long sum = plan.training().stream().mapToLong(MemoryPlan.Part::bytes).sum();
    assertThat(plan.trainingBytes()).isEqualTo(sum);
    // 12 rows of 9 tokens, 2 layers, keys and values of width 8.
    assertThat(plan.sampling().get(1).bytes()).isEqualTo(12 * 9 * 2 * 8 * 2 * 4);
  }

  @Test
  void onAGpuThereIsOneSumOfGradientsAndCudaItself() {
    Setting cpu = setting(Algorithm.SFT, Optional.empty(), 1);
    Setting cuda =
        new Setting(
            cpu.config(),
            cpu.algorithm(),
            cpu.lora(),
            cpu.batch(),
            cpu.length(),
            1,
            1,
            cpu.precision(),
            PassSize.CUDA);
    assertThat(part(cuda, "gradients")).isEqualTo(part(cpu, "gradients") / 4);
    assertThat(part(cuda, "CUDA")).isEqualTo(850_000_000L);
    assertThat(MemoryPlan.of(cpu).training()).noneMatch(part -> part.name().equals("CUDA"));
  }

  @Test
  void mixedPrecisionHalvesOnlyWhatEntersAProduct() {
    Setting wide =
        new Setting(
            Students.TINY,
            Algorithm.KTO,
            Optional.empty(),
            12,
            9,
            3,
            1,
            Precision.FLOAT32,
            PassSize.CPU);
    Setting half = wide.in(Precision.BFLOAT16);
    for (String name :
        List.of("weights", "gradients", "optimiser", "reference", "new gradients", "logits")) {
      assertThat(part(half, name)).as(name).isEqualTo(part(wide, name)).isPositive();
    }
    // Of a layer the two states are float32 and the rest is not; the final states are float32.
    long layer = 2 * 16 + (16 + 2 * 8) + (16 + 8) + 2 * 16 + 16 + 4 * 24;
    assertThat(part(half, "activations"))
        .isEqualTo((2 * (2 * 16 * 4 + layer * 2) + 3 * 16 * 4) * 3 * 8);
    // Copies of all matrices and of the head, and queries above keys in float32.
    long matrices = 2 * (2 * 16 * 16 + 2 * 8 * 16 + 3 * 24 * 16) + 40 * 16;
    assertThat(part(half, "scaled matrices")).isEqualTo(matrices * 2 + 2 * 16 * 24 * 4);
    MemoryPlan.Part weights = MemoryPlan.of(half).sampling().get(0);
    assertThat(weights.bytes()).isEqualTo(matrices * 2 + 40 * 16 * 4);
    assertThat(MemoryPlan.of(half).sampling().get(1).bytes()).isEqualTo(12 * 9 * 2 * 8 * 2 * 2);
  }

  @Test
  void theLargestMicroBatchFitsAndOneMoreDoesNot() {
    Setting setting = setting(Algorithm.KTO, Optional.of(LORA), 1);
    int largest = MemoryPlan.largestMicroBatch(setting, 80 * GIGA);
    assertThat(largest).isBetween(1, 63);
    assertThat(MemoryPlan.of(setting.inPassesOf(largest)).fits(80 * GIGA)).isTrue();
    assertThat(MemoryPlan.of(setting.inPassesOf(largest + 1)).fits(80 * GIGA)).isFalse();
    assertThat(MemoryPlan.largestMicroBatch(setting, 8 * GIGA)).isZero();
    assertThat(MemoryPlan.largestMicroBatch(setting, 100_000 * GIGA)).isEqualTo(64);
  }

  @Test
  void moreOfAnythingTakesMore() {
    Setting least = setting(Algorithm.KTO, Optional.of(LORA), 1);
    List<Setting> more =
        List.of(
            least.inPassesOf(2),
            least.ofLength(2048),
            least.with(new Lora(128, 128, LORA.targets())),
            setting(Algorithm.KTO, Optional.empty(), 1));
    for (Setting setting : more) {
      assertThat(MemoryPlan.of(setting).trainingBytes())
          .isGreaterThan(MemoryPlan.of(least).trainingBytes());
    }
    assertThat(MemoryPlan.of(least.in(Precision.BFLOAT16)).trainingBytes())
        .isLessThan(MemoryPlan.of(least).trainingBytes());
  }

  @Test
  void aVocabularyTooLargeForOnePassIsCountedInChunks() {
    Setting setting = setting(Algorithm.SFT, Optional.of(LORA), 16);
    assertThat(part(setting, "logits")).isEqualTo(2 * Network.LOGITS * 4);
  }

  @Test
  void saysWhatCannotBePlanned() {
    Setting setting = setting(Algorithm.SFT, Optional.empty(), 1);
    assertThatThrownBy(() -> setting.ofLength(40_000))
        .hasMessage("length is 40000; the model's context allows 2 to 32768");
    assertThatThrownBy(() -> setting.inPassesOf(0))
        .hasMessage("micro-batch is 0; it must be 1 or more");
  }

  private static Setting setting(Algorithm algorithm, Optional<Lora> lora, int microBatch) {
    return new Setting(
        MISTRAL, algorithm, lora, 64, 1024, microBatch, 1, Precision.FLOAT32, PassSize.CPU);
  }

  private static long part(Setting setting, String name) {
    return MemoryPlan.of(setting).training().stream()
        .filter(part -> part.name().equals(name))
        .mapToLong(MemoryPlan.Part::bytes)
        .sum();
  }
}
