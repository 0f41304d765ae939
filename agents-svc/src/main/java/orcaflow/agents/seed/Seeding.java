package orcaflow.agents.seed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import orcaflow.agents.stage.Tail;
import orcaflow.agents.stage.worker.IdTable;
import orcaflow.events.Lineage;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.answer.FinalAnswer;
import orcaflow.schemas.recipe.ExpansionRule;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Brings a JSONL file in as candidates, {@code {"question", "answer"?, "solution"?, "id"?,
 * "source"?}} a line, plain or gzipped. A row that cannot be read becomes a candidate with a
 * defect, so that its rejection is an event like any other. What was brought in before is left out:
 * a row's id is the hash of its text and of how often that text stood before it in the file.
 */
public final class Seeding {

  public static final String STAGE = ExpansionRule.SEED;

  private static final int BAD_TEXT = 2_000;

  private final String file;
  private final CandidateWriter writer;
  private final IdTable known;
  private final IdTable occurrences = new IdTable();
  private final Consumer<Seeded> progress;
  private Seeded seeded = new Seeded(0, 0, 0, 0);

  private Seeding(String file, CandidateWriter writer, IdTable known, Consumer<Seeded> progress) {
    this.file = file;
    this.writer = writer;
    this.known = known;
    this.progress = progress;
  }

  /**
   * What seeding came to so far: rows = written + skipped, and of those written so many are
   * defective.
   *
   * @param skipped brought in before
   */
  public record Seeded(long rows, long written, long skipped, long defective) {}

  /** A file that cannot be read, in one sentence. */
  public static final class BadSeedFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSeedFile(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads the file and writes what is new. Rows before a failure are kept.
   *
   * @param limit most rows to read; none for all
   * @param progress told after each transaction
   * @throws BadSeedFile if the file cannot be read, naming file and line
   */
  public static Seeded run(
      Cluster cluster, String instance, Path file, OptionalLong limit, Consumer<Seeded> progress) {
    try (BufferedReader lines = open(file);
        CandidateWriter writer = new CandidateWriter(cluster, STAGE + "." + instance)) {
      Seeding seeding = new Seeding(file.toString(), writer, seededBefore(cluster), progress);
      seeding.read(lines, limit.orElse(Long.MAX_VALUE));
      return seeding.seeded;
    } catch (NoSuchFileException e) {
      throw new BadSeedFile("%s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new BadSeedFile("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void read(BufferedReader lines, long limit) {
    long number = 0;
    for (String line = next(lines, number); line != null; line = next(lines, number)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      if (seeded.rows() == limit) {
        break;
      }
      take(line.strip(), number);
    }
    writer.commit();
    progress.accept(seeded);
  }

  private String next(BufferedReader lines, long number) {
    try {
      return lines.readLine();
    } catch (IOException e) {
      writer.commit();
      throw new BadSeedFile(
          "%s:%d: cannot be read on: %s".formatted(file, number + 1, e.getMessage()), e);
    }
  }

  private void take(String line, long number) {
    String id = Ids.candidate(line, STAGE, 0, occurrence(line));
    if (!known.putIfAbsent(id, 0)) {
      count(0, 1, 0);
      return;
    }
    SeedRow row = SeedRow.of(line);
    ProblemCandidate candidate =
        row instanceof SeedRow.Good good
            ? good(id, good)
            : bad(id, line, number, ((SeedRow.Bad) row).defect());
    count(1, 0, candidate.getDefect() == null ? 0 : 1);
    if (writer.write(candidate)) {
      progress.accept(seeded);
    }
  }

  private int occurrence(String line) {
    String text = Ids.hash(line);
    int before = (int) occurrences.find(text).orElse(0);
    occurrences.put(text, before + 1L);
    return before;
  }

  private void count(int written, int skipped, int defective) {
    seeded =
        new Seeded(
            seeded.rows() + 1,
            seeded.written() + written,
            seeded.skipped() + skipped,
            seeded.defective() + defective);
  }

  private static ProblemCandidate good(String id, SeedRow.Good row) {
    return ProblemCandidate.newBuilder()
        .setId(id)
        .setProblemId(Ids.problem(row.question()))
        .setQuestion(row.question())
        .setExpectedAnswer(
            row.answer()
                .or(() -> row.solution().flatMap(FinalAnswer::of).map(FinalAnswer::text))
                .orElse(null))
        .setSolution(row.solution().orElse(null))
        .setSource(row.source().orElse(null))
        .setLineage(lineage(id))
        .build();
  }

  private ProblemCandidate bad(String id, String line, long number, String defect) {
    String text = line.length() <= BAD_TEXT ? line : line.substring(0, BAD_TEXT);
    return ProblemCandidate.newBuilder()
        .setId(id)
        .setProblemId(Ids.problem(text))
        .setQuestion(text)
        .setDefect("%s:%d: %s".formatted(file, number, defect))
        .setLineage(lineage(id))
        .build();
  }

  private static Lineage lineage(String id) {
    return Lineage.newBuilder()
        .setSeed(id)
        .setAgent(STAGE)
        .setRound(0)
        .setIndex(0)
        .setTime(Instant.now())
        .build();
  }

  private static IdTable seededBefore(Cluster cluster) {
    IdTable known = new IdTable();
    String topic = Topics.PROBLEM_CANDIDATES.in(cluster.run());
    try (Tail tail = new Tail(cluster, Topics.PROBLEM_CANDIDATES);
        Deserializer<ProblemCandidate> candidates = Serdes.deserializer(cluster.registry())) {
      tail.catchUp(
          record -> {
            ProblemCandidate candidate = candidates.deserialize(topic, record.value());
            if (candidate.getLineage().getAgent().equals(STAGE)) {
              known.putIfAbsent(candidate.getId(), 0);
            }
          });
    }
    return known;
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      InputStream text =
          file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
      return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8), 1 << 16);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }
}
