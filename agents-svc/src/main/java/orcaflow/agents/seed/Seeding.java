package orcaflow.agents.seed;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.UnreadableRecord;
import orcaflow.schemas.recipe.ExpansionRule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes rows of problems as candidates. Rows of an earlier seeding are skipped. */
public final class Seeding {

  public static final String STAGE = ExpansionRule.SEED;

  private static final Logger LOG = LoggerFactory.getLogger(Seeding.class);

  private Seeding() {}

  /**
   * Counts of a seeding: rows = written + skipped.
   *
   * @param skipped rows that an earlier seeding wrote
   * @param defective rows written with a defect
   */
  public record Seeded(long rows, long written, long skipped, long defective) {}

  /** A file that cannot be read, in one sentence. */
  public static final class BadSeedFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadSeedFile(String message, Throwable cause) {
      super(message, cause);
    }

    public BadSeedFile(String message) {
      super(message);
    }
  }

  /**
   * Reads the input and writes the new rows. Rows before a failure are kept.
   *
   * @param instance name of this process among those that seed the run; no two may share it
   * @param limit maximum rows to read; empty for all
   * @param progress receives the counts after each transaction
   * @throws BadSeedFile if a file cannot be read, with file and line
   */
  public static Seeded run(
      Cluster cluster,
      String instance,
      SeedInput input,
      OptionalLong limit,
      Consumer<Seeded> progress) {
    return run(cluster, instance, input, limit, progress, record -> LOG.warn("{}", record));
  }

  /**
   * The same.
   *
   * @param unreadable takes records of the topic that are no candidates; they are left out
   */
  public static Seeded run(
      Cluster cluster,
      String instance,
      SeedInput input,
      OptionalLong limit,
      Consumer<Seeded> progress,
      Consumer<UnreadableRecord> unreadable) {
    try (SeedRows rows = input.rows();
        CandidateWriter writer = CandidateWriter.open(cluster, STAGE + "." + instance)) {
      SeedCandidates candidates =
          new SeedCandidates(
              input.path().toString(), input.forms(), KnownCandidates.in(cluster, unreadable));
      copy(rows, candidates, writer, limit.orElse(Long.MAX_VALUE), progress);
      return candidates.seeded();
    }
  }

  /**
   * Number of rows of an input, defective ones included.
   *
   * @param limit maximum rows to count; empty for all
   * @throws BadSeedFile if a file cannot be read, with file and line
   */
  public static long rows(SeedInput input, OptionalLong limit) {
    try (SeedRows rows = input.rows()) {
      long count = 0;
      while (count < limit.orElse(Long.MAX_VALUE) && rows.next().isPresent()) {
        count++;
      }
      return count;
    }
  }

  static void copy(
      SeedRows rows,
      SeedCandidates candidates,
      CandidateWriter writer,
      long limit,
      Consumer<Seeded> progress) {
    try {
      while (candidates.seeded().rows() < limit) {
        Optional<SeedRows.Line> row = rows.next();
        if (row.isEmpty()) {
          break;
        }
        Optional<ProblemCandidate> candidate = candidates.of(row.get());
        if (candidate.isPresent() && writer.write(candidate.get())) {
          progress.accept(candidates.seeded());
        }
      }
    } catch (BadSeedFile unreadable) {
      writer.commit();
      throw unreadable;
    }
    writer.commit();
    progress.accept(candidates.seeded());
  }
}
