package orcaflow.cli.continuous;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import orcaflow.agents.seed.SeedRows;
import orcaflow.stack.words.ProblemSet;

/** The author of problems that comes with orcaflow, as rows of seeds: there is always another. */
final class ScriptedAuthor implements SeedRows.Numbered {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final long seed;
  private long next = 1;

  /**
   * @param seed the same one gives the same problems in the same order
   */
  ScriptedAuthor(long seed) {
    this.seed = seed;
  }

  @Override
  public Line line(long number) {
    try {
      return new Line(number, JSON.writeValueAsString(ProblemSet.author(seed, number)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem of our own cannot be written as JSON", e);
    }
  }

  @Override
  public void startAt(long number) {
    next = number;
  }

  @Override
  public Optional<Line> next() {
    return Optional.of(line(next++));
  }

  @Override
  public void close() {}
}
