package orcaflow.bench.trainer;

import java.util.List;
import orcaflow.bench.Shapes;
import orcaflow.trainer.model.StudentConfig;

/** Students that are measured. */
public enum Size {
  /** As small as can be: for what only many steps show. */
  TINY("tiny", 64, 16, 2, 2, 1, 32),
  /** 0.80 M parameters. */
  SMALL("0.8m", 512, 128, 4, 4, 2, 352),
  /** 12.2 M parameters. */
  MIDDLE("12m", 4096, 384, 6, 6, 6, 1024);

  /** Those that are compared with peers. */
  public static final List<Size> COMPARED = List.of(SMALL, MIDDLE);

  private static final int CONTEXT = 256;

  private final String label;
  private final StudentConfig config;

  Size(String label, int vocabulary, int hidden, int layers, int heads, int kv, int feedForward) {
    this.label = label;
    this.config = Shapes.tied(vocabulary, hidden, layers, heads, kv, feedForward, CONTEXT);
  }

  /** How names of measures end. */
  public String label() {
    return label;
  }

  public StudentConfig config() {
    return config;
  }
}
