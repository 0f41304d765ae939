package orcaflow.agents.stage.worker;

import java.util.List;
import java.util.Optional;
import orcaflow.agents.stage.Output;
import orcaflow.events.OutcomeKind;

/** What became of an input in a worker's hands. */
sealed interface Fate {

  /** Finished here: written as an outcome, together with the outputs. */
  record Settled(
      OutcomeKind kind, List<Output<?>> outputs, Optional<String> reason, Optional<Throwable> cause)
      implements Fate {

    static Settled done(List<Output<?>> outputs) {
      return new Settled(OutcomeKind.DONE, outputs, Optional.empty(), Optional.empty());
    }

    static Settled skipped(String reason) {
      return new Settled(OutcomeKind.SKIPPED, List.of(), Optional.of(reason), Optional.empty());
    }

    static Settled dead(Throwable cause) {
      return new Settled(
          OutcomeKind.DEAD, List.of(), Optional.of(sentence(cause)), Optional.of(cause));
    }

    private static String sentence(Throwable cause) {
      String message = cause.getMessage();
      return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
  }

  /** Not for this stage: acknowledged, and only counted. */
  record Unwanted() implements Fate {}

  /** Finished before and delivered again: acknowledged, and only counted. */
  record Repeated() implements Fate {}
}
