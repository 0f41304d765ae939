package orcaflow.cli.run;

import orcaflow.events.StageOutcome;
import orcaflow.schemas.IdMultiset;

/** What one stage is finished with: its inputs, and the problem of an input once per output. */
final class StageAccount {

  private IdMultiset inputs = IdMultiset.EMPTY;
  private IdMultiset outputs = IdMultiset.EMPTY;

  void count(StageOutcome outcome) {
    inputs = inputs.with(outcome.getInputId());
    outputs = outputs.with(outcome.getProblemId(), outcome.getOutputs());
  }

  IdMultiset inputs() {
    return inputs;
  }

  IdMultiset outputs() {
    return outputs;
  }

  /** Whether the stage is finished with these inputs, and these are the problems of its outputs. */
  boolean turned(IdMultiset in, IdMultiset out) {
    return inputs.equals(in) && outputs.equals(out);
  }
}
