package orcaflow.bench;

import java.util.OptionalInt;
import orcaflow.trainer.model.StudentConfig;

/** Shapes of the students that are measured. */
public final class Shapes {

  private Shapes() {}

  /** A student with a tied head, no window, and the ids 1, 2, 0 for begin, end and padding. */
  public static StudentConfig tied(
      int vocabulary,
      int hidden,
      int layers,
      int heads,
      int keyValueHeads,
      int feedForward,
      int context) {
    return new StudentConfig(
        vocabulary,
        hidden,
        layers,
        heads,
        keyValueHeads,
        hidden / heads,
        feedForward,
        context,
        10_000,
        1e-5,
        OptionalInt.empty(),
        true,
        1,
        2,
        0);
  }
}
