package orcaflow.agents.seed;

import java.util.Optional;

/** Rows of seeds, one after the other: those of a file, or of an author who never ends. */
public interface SeedRows extends AutoCloseable {

  /**
   * A row.
   *
   * @param number its number, from 1: that of its line in a file, or of the row where a file has no
   *     lines
   * @param text a JSON object, with the keys that the file has
   * @param file the file, where the rows come from several
   * @param defect why the row cannot be read, if its file says so already
   */
  record Line(long number, String text, Optional<String> file, Optional<String> defect) {

    public Line(long number, String text) {
      this(number, text, Optional.empty(), Optional.empty());
    }

    /** A row that cannot be read. */
    public static Line bad(long number, String text, String defect) {
      return new Line(number, text, Optional.empty(), Optional.of(defect));
    }

    Line of(String name) {
      return new Line(number, text, Optional.of(name), defect);
    }
  }

  /** Rows without an end, each of which can be had without those before it. No two are alike. */
  interface Numbered extends SeedRows {

    /** The row with this number, from 1. */
    Line line(long number);

    /** Makes the row with this number the next one. */
    void startAt(long number);
  }

  /**
   * The next row, or nothing at the end.
   *
   * @throws Seeding.BadSeedFile if it cannot be read
   */
  Optional<Line> next();

  @Override
  void close();
}
