package orcaflow.cli.continuous;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Iterator;
import java.util.Optional;
import orcaflow.agents.seed.SeedRows;
import orcaflow.stack.words.ProblemSet;

/** The author of problems that comes with orcaflow, as rows of seeds: there is always another. */
final class ScriptedAuthor implements SeedRows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Iterator<ProblemSet.Row> problems;
  private long number;

  /**
   * @param seed the same one gives the same problems in the same order
   */
  ScriptedAuthor(long seed) {
    problems = ProblemSet.author(seed).iterator();
  }

  @Override
  public Optional<Line> next() {
    try {
      number++;
      return Optional.of(new Line(number, JSON.writeValueAsString(problems.next())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem of our own cannot be written as JSON", e);
    }
  }

  @Override
  public void close() {}
}
