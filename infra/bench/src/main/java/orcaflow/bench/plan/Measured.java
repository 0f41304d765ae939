package orcaflow.bench.plan;

import static orcaflow.trainer.torch.Precision.BFLOAT16;
import static orcaflow.trainer.torch.Precision.FLOAT32;

import java.util.Optional;
import java.util.Set;
import orcaflow.bench.Shapes;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.MemoryPlan;
import orcaflow.trainer.model.PassSize;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.torch.Precision;

/** Steps whose memory is compared with the plan: four passes of 2,048 tokens, one after another. */
enum Measured {
  WARM(64, 16, 2, 2, 1, 32, 33, false, false, FLOAT32),
  SFT_SMALL(512, 128, 4, 4, 2, 352, 129, false, false, FLOAT32),
  SFT_MIDDLE(4096, 384, 6, 6, 6, 1024, 257, false, false, FLOAT32),
  KTO_MIDDLE(4096, 384, 6, 6, 6, 1024, 257, true, false, FLOAT32),
  LORA_MIDDLE(4096, 384, 6, 6, 6, 1024, 257, true, true, FLOAT32),
  SFT_MIDDLE_HALF(4096, 384, 6, 6, 6, 1024, 257, false, false, BFLOAT16),
  LORA_MIDDLE_HALF(4096, 384, 6, 6, 6, 1024, 257, true, true, BFLOAT16);

  private static final int TOKENS = 2048;
  private static final int PASSES = 4;

  private final StudentConfig config;
  private final int length;
  private final boolean kto;
  private final boolean adapted;
  private final Precision precision;

  Measured(
      int vocabulary,
      int hidden,
      int layers,
      int heads,
      int keyValueHeads,
      int feedForward,
      int length,
      boolean kto,
      boolean adapted,
      Precision precision) {
    this.config = Shapes.tied(vocabulary, hidden, layers, heads, keyValueHeads, feedForward, 512);
    this.length = length;
    this.kto = kto;
    this.adapted = adapted;
    this.precision = precision;
  }

  StudentConfig config() {
    return config;
  }

  int length() {
    return length;
  }

  boolean kto() {
    return kto;
  }

  Optional<Lora> lora() {
    return adapted ? Optional.of(new Lora(16, 32, Set.of("q_proj", "v_proj"))) : Optional.empty();
  }

  Precision precision() {
    return precision;
  }

  int rowsInAPass() {
    return TOKENS / (length - 1);
  }

  int rows() {
    return PASSES * rowsInAPass();
  }

  MemoryPlan plan() {
    return MemoryPlan.of(
        new MemoryPlan.Setting(
            config,
            kto ? MemoryPlan.Algorithm.KTO : MemoryPlan.Algorithm.SFT,
            lora(),
            rows(),
            length,
            rowsInAPass(),
            1,
            precision,
            PassSize.CPU));
  }
}
