package orcaflow.cli.run;

import orcaflow.events.StageOutcome;
import orcaflow.schemas.IdMultiset;
import orcaflow.schemas.Ids;

/**
 * What one stage is finished with: its inputs, and the problem of an input once per output. A
 * redriven input is one that the stage was finished with before, without outputs.
 */
final class StageAccount {

  private IdMultiset inputs = IdMultiset.EMPTY;
  private IdMultiset outputs = IdMultiset.EMPTY;

  void count(StageOutcome outcome) {
    if (!isOfRedriven(outcome)) {
      inputs = inputs.with(outcome.getInputId());
    }
    outputs = outputs.with(outcome.getProblemId(), outcome.getOutputs());
  }

  /** Whether the outcome takes the place of an earlier one. It then has an id of its own. */
  static boolean isOfRedriven(StageOutcome outcome) {
    return !outcome.getId().equals(Ids.outcome(outcome.getStage(), outcome.getInputId()));
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
