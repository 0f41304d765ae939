package orcaflow.cli.make;

import java.util.OptionalDouble;

/**
 * What a condition may ask about a solved problem.
 *
 * @param solveRate right rollouts of all rollouts; empty before there are any
 */
public record Facts(
    String agent, int round, int questionWords, int solutionWords, OptionalDouble solveRate) {

  /** Number of words of a text, as white space separates them. */
  static int words(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? 0 : stripped.split("\\s+").length;
  }
}
