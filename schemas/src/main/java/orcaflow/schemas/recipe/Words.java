package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Constants by their words in a recipe, which are in lower case. */
final class Words {

  private Words() {}

  /**
   * The constant of a word.
   *
   * @throws IllegalArgumentException naming the key, the word and the words that are known
   */
  static <E extends Enum<E>> E constant(String key, String word, E[] constants) {
    Optional<E> found =
        Arrays.stream(constants).filter(constant -> of(constant).equals(word)).findFirst();
    require(found.isPresent(), key, word, either(Arrays.stream(constants).map(Words::of).toList()));
    return found.orElseThrow();
  }

  /** {@code a, b or c}. */
  static String either(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  private static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
