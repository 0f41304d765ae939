package orcaflow.trainer.serve;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.schemas.StudentPrompt;
import orcaflow.trainer.generate.StopRule;

/**
 * Texts that end a completion, and are not part of it. The beginning of another turn of the
 * student's own format is always among them.
 */
record StopStrings(List<String> texts) {

  StopStrings {
    texts = List.copyOf(texts);
  }

  static StopStrings of(List<String> asked) {
    return new StopStrings(
        Stream.concat(asked.stream(), Stream.of(StudentPrompt.NEXT_TURN)).toList());
  }

  /** A completion's text up to the first of them. */
  String cut(String text) {
    return text.substring(0, first(text).orElse(text.length()));
  }

  /** The same rule on token ids, of which {@code decode} makes text. */
  StopRule rule(Function<int[], String> decode) {
    return (ids, from) ->
        first(decode.apply(ids)).isEmpty()
            ? OptionalInt.empty()
            : IntStream.rangeClosed(from + 1, ids.length)
                .filter(n -> first(decode.apply(Arrays.copyOf(ids, n))).isPresent())
                .findFirst();
  }

  private OptionalInt first(String text) {
    return texts.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min();
  }
}
