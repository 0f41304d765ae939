package orcaflow.agents.stage.worker;

import java.util.List;
import java.util.Optional;
import orcaflow.agents.stage.Output;
import orcaflow.events.OutcomeKind;

/** How a worker finished an input. */
sealed interface Fate {

  /** Finished by this worker: the outcome is written together with the outputs. */
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

  /** The agent does not work on such events: accepted and counted, without an outcome. */
  record Unwanted() implements Fate {}

  /** Finished before and delivered again: accepted and counted, without a second outcome. */
  record Repeated() implements Fate {}
}
