package orcaflow.agents.model;

import java.util.List;
import java.util.Optional;

/** A question that any model can answer, to find out whether an endpoint answers at all. */
public final class Preflight {

  /** Named as the stage of these calls. */
  public static final String STAGE = "preflight";

  private static final int MAX_TOKENS = 64;

  private Preflight() {}

  /** The question, for a model by this name. */
  public static ModelRequest question(String model) {
    return new ModelRequest(
        STAGE,
        model,
        Optional.empty(),
        List.of(new Message("user", "How much is 2 + 3? Reply with the number.")),
        new ModelRequest.Sampling(1, 0, 1, MAX_TOKENS, 1),
        0);
  }
}
