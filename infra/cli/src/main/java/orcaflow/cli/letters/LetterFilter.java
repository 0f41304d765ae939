package orcaflow.cli.letters;

import java.util.Locale;
import java.util.Optional;

/**
 * Which letters are meant, beside their topic.
 *
 * @param reason text in the cause, whatever its case; empty for all letters
 */
public record LetterFilter(Optional<String> reason) {

  /** All letters. */
  public static final LetterFilter ALL = new LetterFilter(Optional.empty());

  /** Whether the letter is one of them. */
  public boolean takes(Letter letter) {
    return reason.isEmpty()
        || letter.cause().toLowerCase(Locale.ROOT).contains(reason.get().toLowerCase(Locale.ROOT));
  }
}
