package orcaflow.agents.seed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.UnreadableRecord;
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
  private final KnownCandidates known;
  private final long knownBefore;

  private SeedFeed(
      SeedRows rows,
      CandidateWriter writer,
      SeedCandidates candidates,
      KnownCandidates known,
      long knownBefore) {
    this.rows = rows;
    this.writer = writer;
    this.candidates = candidates;
    this.known = known;
    this.knownBefore = knownBefore;
  }

  /**
   * Opens an input.
   *
   * @param instance name of this process among those that seed the run; no two may share it
   * @throws Seeding.BadSeedFile if the input cannot be read
   */
  public static SeedFeed open(Cluster cluster, String instance, SeedInput input) {
    CandidateWriter writer = CandidateWriter.open(cluster, Seeding.STAGE + "." + instance);
    KnownCandidates.InMemory known = KnownCandidates.in(cluster, SeedFeed::warn);
    SeedCandidates candidates = new SeedCandidates(input.path().toString(), input.forms(), known);
    return new SeedFeed(input.rows(), writer, candidates, known, known.size());
  }

  /**
   * The same for rows without an end, which must be the same ones at each start.
   *
   * @param name of the rows, for the sentences about defective ones
   * @param dir folder of what is known of the candidates, for one process at a time
   */
  public static SeedFeed open(
      Cluster cluster, String instance, String name, SeedRows rows, Path dir) {
    CandidateWriter writer = CandidateWriter.open(cluster, Seeding.STAGE + "." + instance);
    KnownCandidates known = KnownCandidates.in(dir, cluster, SeedFeed::warn);
    long first = 1;
    if (rows instanceof SeedRows.Numbered numbered) {
      first = firstNew(number -> known.contains(SeedCandidates.id(numbered.line(number))));
      numbered.startAt(first);
    }
    SeedCandidates candidates =
        new SeedCandidates(
            name, new Forms(Columns.KNOWN), known, rows instanceof SeedRows.Numbered);
    return new SeedFeed(rows, writer, candidates, known, first - 1);
  }

  private static void warn(UnreadableRecord record) {
    LOG.warn("{}", record);
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

  /**
   * Rows that an earlier feed has let in: the first ones of the input. Of rows without an end it is
   * known of numbered ones only.
   */
  public long known() {
    return knownBefore;
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
    commit();
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
    commit();
    return ids;
  }

  private void commit() {
    writer.commit();
    known.written();
  }

  @Override
  public void close() {
    writer.close();
    rows.close();
    known.close();
  }
}
