package orcaflow.cli.contamination;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Words as small numbers, from 0 in the order in which they were first met. */
final class Vocabulary {

  private final Map<String, Integer> numbers = new HashMap<>();

  int[] numbers(List<String> words) {
    return words.stream()
        .mapToInt(word -> numbers.computeIfAbsent(word, unknown -> numbers.size()))
        .toArray();
  }

  int size() {
    return numbers.size();
  }
}
