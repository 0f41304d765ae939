package orcaflow.agents.stage;

import java.util.List;

/** What an agent answers, named for what the stage does next. */
public sealed interface Reply {

  /** Store these together, then be finished with the input. */
  record Produced(List<Output<?>> outputs) implements Reply {
    public Produced {
      outputs = List.copyOf(outputs);
    }

    public Produced(Output<?> output) {
      this(List.of(output));
    }
  }

  /** Nothing comes of the input, for this reason; be finished with it. */
  record Skipped(String reason) implements Reply {}

  /** The input is fine but cannot be worked on now: keep it and ask again later. */
  record Postponed(String reason) implements Reply {}
}
