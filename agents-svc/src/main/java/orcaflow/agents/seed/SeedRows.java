package orcaflow.agents.seed;

import java.util.Optional;

/** Rows of seeds, one after the other: those of a file, or of an author who never ends. */
public interface SeedRows extends AutoCloseable {

  /**
   * A row.
   *
   * @param number its number, from 1: that of its line in a file
   * @param text a JSON object, as in a file of seeds
   */
  record Line(long number, String text) {}

  /**
   * The next row, or nothing at the end.
   *
   * @throws Seeding.BadSeedFile if it cannot be read
   */
  Optional<Line> next();

  @Override
  void close();
}
