package orcaflow.schemas.answer.second;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A pattern that matches nothing where a sign is missing. The sign is looked for first, as it costs
 * less.
 *
 * @param sign part of each text that matches; empty where there is none
 */
record SignedPattern(String sign, Pattern pattern) {

  static SignedPattern of(String sign, String pattern) {
    return new SignedPattern(sign, Pattern.compile(pattern));
  }

  /** The text with each match replaced; unchanged where there is none. */
  String replaceAll(String text, String by) {
    return text.contains(sign) ? pattern.matcher(text).replaceAll(by) : text;
  }

  List<MatchResult> matches(String text) {
    return text.contains(sign) ? pattern.matcher(text).results().toList() : List.of();
  }
}
