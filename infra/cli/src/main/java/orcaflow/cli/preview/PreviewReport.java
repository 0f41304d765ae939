package orcaflow.cli.preview;

import java.util.List;
import java.util.Optional;

/**
 * What a preview shows.
 *
 * @param recipe name of the recipe
 * @param preflight cost of the first question, which is asked once
 * @param rollouts why there are none, if there are none
 * @param priced whether there are prices; without them nothing costs anything
 * @param money of all seeds
 * @param tokens of all seeds
 */
public record PreviewReport(
    String recipe,
    String teacher,
    Optional<String> rollouts,
    List<Candidate> candidates,
    double preflight,
    boolean priced,
    Projection money,
    Projection tokens) {

  /**
   * A seed, or what an agent made of one.
   *
   * @param seed number of its seed, from 1
   * @param agent who wrote it
   * @param fate admitted, or why not
   * @param solution of the teacher, with what was made of it
   * @param calls about it, in the order in which they were sent; none for one that is not admitted
   */
  public record Candidate(
      int seed,
      String agent,
      int round,
      String question,
      Optional<String> expectedAnswer,
      String fate,
      Optional<String> solution,
      List<Call> calls,
      List<Rollout> rollouts,
      List<String> rows) {}

  /**
   * A call as it was sent.
   *
   * @param stage who asked
   * @param prompt id of the prompt, where there is one
   * @param attempt 0 for the first
   * @param became what was made of the reply
   */
  public record Call(
      String stage,
      Optional<String> prompt,
      int attempt,
      List<Message> messages,
      List<Text> replies,
      Optional<String> failure,
      long promptTokens,
      long completionTokens,
      boolean estimated,
      double cost,
      String became) {}

  /** A message as it was sent. */
  public record Message(String role, String content) {}

  /** A reply, how it ended, and the reasoning beside it. */
  public record Text(String kind, String text, Optional<String> reasoning) {}

  /** A rollout and its verdict. */
  public record Rollout(String text, String verdict, String reason) {}
}
