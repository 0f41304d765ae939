package orcaflow.agents.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import orcaflow.agents.stage.IdToLongMap;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets rows of seeds in by portions, each in one transaction, so that a portion is there as a whole
 * or not at all. Rows of an earlier feed are passed over.
 */
public final class SeedFeed implements AutoCloseable {

  /** Most rows of a portion: those of one transaction. */
  public static final int MOST_ROWS = CandidateWriter.TRANSACTION_RECORDS;

  private static final Logger LOG = LoggerFactory.getLogger(SeedFeed.class);

  private final SeedRows rows;
  private final CandidateWriter writer;
  private final SeedCandidates candidates;
  private final long known;

  private SeedFeed(SeedRows rows, CandidateWriter writer, SeedCandidates candidates, long known) {
    this.rows = rows;
    this.writer = writer;
    this.candidates = candidates;
    this.known = known;
  }

  /**
   * Opens an input.
   *
   * @param instance name of this process among those that seed the run; no two may share it
   * @throws Seeding.BadSeedFile if the input cannot be read
   */
  public static SeedFeed open(Cluster cluster, String instance, SeedInput input) {
    return open(cluster, instance, input.path().toString(), input.forms(), input.rows());
  }

  /**
   * The same for other rows, which must be the same ones at each start.
   *
   * @param name of the rows, for the sentences about defective ones
   */
  public static SeedFeed open(Cluster cluster, String instance, String name, SeedRows rows) {
    return open(cluster, instance, name, new Forms(Columns.KNOWN), rows);
  }

  private static SeedFeed open(
      Cluster cluster, String instance, String name, Forms forms, SeedRows rows) {
    CandidateWriter writer = CandidateWriter.open(cluster, Seeding.STAGE + "." + instance);
    IdToLongMap known = Seeding.seededBefore(cluster, record -> LOG.warn("{}", record));
    if (rows instanceof SeedRows.Numbered numbered) {
      numbered.startAt(
          firstNew(number -> known.contains(SeedCandidates.id(numbered.line(number)))));
    }
    return new SeedFeed(rows, writer, new SeedCandidates(name, forms, known), known.size());
  }

  /**
   * Number of the first row that is not known, where all before it are: rows are let in by their
   * order, each portion as a whole.
   */
  static long firstNew(LongPredicate known) {
    long unknown = 1;
    while (known.test(unknown)) {
      unknown *= 2;
    }
    long last = unknown / 2;
    while (unknown - last > 1) {
      long middle = last + (unknown - last) / 2;
      if (known.test(middle)) {
        last = middle;
      } else {
        unknown = middle;
      }
    }
    return unknown;
  }

  /** Rows that an earlier feed has let in: the first ones of the file. */
  public long known() {
    return known;
  }

  /**
   * Lets the next new rows in; those of an earlier feed before them are passed over.
   *
   * @return how many, fewer at the end of the rows
   */
  public long nextNew(long number) {
    long written = 0;
    while (written < number) {
      Optional<SeedRows.Line> line = rows.next();
      if (line.isEmpty()) {
        break;
      }
      Optional<ProblemCandidate> fresh = candidates.of(line.get());
      fresh.ifPresent(writer::write);
      written += fresh.isPresent() ? 1 : 0;
    }
    writer.commit();
    return written;
  }

  /**
   * Lets the next rows in.
   *
   * @return ids of their candidates, fewer at the end of the file
   */
  public List<String> next(long number) {
    List<String> ids = new ArrayList<>();
    while (ids.size() < number) {
      Optional<SeedRows.Line> line = rows.next();
      if (line.isEmpty()) {
        break;
      }
      SeedCandidates.Row row = candidates.row(line.get());
      row.fresh().ifPresent(writer::write);
      ids.add(row.id());
    }
    writer.commit();
    return ids;
  }

  @Override
  public void close() {
    writer.close();
    rows.close();
  }
}
