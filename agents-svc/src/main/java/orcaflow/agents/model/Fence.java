package orcaflow.agents.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import orcaflow.schemas.Ids;

/**
 * The mark of the lines around a prompt's values. It is a hash of the values that none of them
 * contains, so no value can end its own section or begin another. Equal values have equal marks: an
 * equal request is served from the store.
 */
final class Fence {

  private static final int DIGITS = 12;

  private Fence() {}

  static String tag(Collection<String> values) {
    return tag(values, DIGITS);
  }

  /**
   * @param digits length of the mark in hex digits
   */
  static String tag(Collection<String> values, int digits) {
    List<String> lowerCase = values.stream().map(value -> value.toLowerCase(Locale.ROOT)).toList();
    List<String> parts = new ArrayList<>(values);
    parts.add("");
    for (int attempt = 0; ; attempt++) {
      parts.set(parts.size() - 1, "fence " + attempt);
      String tag = Ids.hash(parts.toArray(String[]::new)).substring(0, digits);
      if (lowerCase.stream().noneMatch(value -> value.contains(tag))) {
        return tag;
      }
    }
  }
}
