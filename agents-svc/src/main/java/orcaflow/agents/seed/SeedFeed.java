package orcaflow.agents.seed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.stage.IdToLongMap;
import orcaflow.schemas.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the rows of a seed file in by portions, each in one transaction, so that a portion is there
 * as a whole or not at all. Rows of an earlier feed are passed over.
 */
public final class SeedFeed implements AutoCloseable {

  /** Most rows of a portion: those of one transaction. */
  public static final int MOST_ROWS = CandidateWriter.TRANSACTION_RECORDS;

  private static final Logger LOG = LoggerFactory.getLogger(SeedFeed.class);

  private final SeedFile rows;
  private final CandidateWriter writer;
  private final SeedCandidates candidates;
  private final long known;

  private SeedFeed(SeedFile rows, CandidateWriter writer, SeedCandidates candidates, long known) {
    this.rows = rows;
    this.writer = writer;
    this.candidates = candidates;
    this.known = known;
  }

  /**
   * Opens a file.
   *
   * @param instance name of this process among those that seed the run; no two may share it
   * @throws Seeding.BadSeedFile if the file cannot be read
   */
  public static SeedFeed open(Cluster cluster, String instance, Path file) {
    SeedFile rows = SeedFile.open(file);
    CandidateWriter writer = CandidateWriter.open(cluster, Seeding.STAGE + "." + instance);
    IdToLongMap known = Seeding.seededBefore(cluster, record -> LOG.warn("{}", record));
    return new SeedFeed(rows, writer, new SeedCandidates(file.toString(), known), known.size());
  }

  /** Rows that an earlier feed has let in: the first ones of the file. */
  public long known() {
    return known;
  }

  /**
   * Lets the next rows in.
   *
   * @return ids of their candidates, fewer at the end of the file
   */
  public List<String> next(long number) {
    List<String> ids = new ArrayList<>();
    while (ids.size() < number) {
      Optional<SeedFile.Line> line = rows.next();
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
