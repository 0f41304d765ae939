package orcaflow.schemas.answer;

import java.util.Optional;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.FinalAnswer.How;

/** What reading a text for its answer came to. */
sealed interface Reading {

  /** The answer. */
  record Found(FinalAnswer answer) implements Reading {

    /** The same answer as one that the text states. */
    Found stated() {
      return new Found(new FinalAnswer(answer.text(), answer.value(), How.STATED));
    }
  }

  /** The text has no answer. */
  record None() implements Reading {}

  /** There may be an answer, and which one is open. */
  record Open(Reason reason) implements Reading {}

  default Optional<FinalAnswer> found() {
    return this instanceof Found found ? Optional.of(found.answer()) : Optional.empty();
  }
}
