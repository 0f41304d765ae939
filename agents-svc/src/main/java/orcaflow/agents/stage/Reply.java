package orcaflow.agents.stage;

import java.util.List;

/** An agent's reply to one event, named for what the stage does next. */
public sealed interface Reply {

  /** Store the outputs together; the input is then finished. */
  record Produced(List<Output<?>> outputs) implements Reply {
    public Produced {
      outputs = List.copyOf(outputs);
    }

    public Produced(Output<?> output) {
      this(List.of(output));
    }
  }

  /** The input is finished without an output, for this reason. */
  record Skipped(String reason) implements Reply {}

  /** The input is sound but cannot be worked on now: keep it and ask the agent again later. */
  record Postponed(String reason) implements Reply {}
}
