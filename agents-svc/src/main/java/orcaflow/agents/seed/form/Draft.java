package orcaflow.agents.seed.form;

import java.util.Optional;

/**
 * What a row says, whatever its form.
 *
 * @param answer the bare answer
 * @param solution the worked text
 * @param source name of the data set
 */
public record Draft(
    String question, Optional<String> answer, Optional<String> solution, Optional<String> source) {

  static Draft of(String question, Optional<String> answer, Optional<String> solution) {
    return new Draft(question, answer, solution, Optional.empty());
  }
}
