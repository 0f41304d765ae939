package orcaflow.agents.seed;

import java.time.Instant;
import java.util.Optional;
import orcaflow.agents.seed.form.Forms;
import orcaflow.agents.stage.IdToLongMap;
import orcaflow.events.Lineage;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;

/**
 * Makes candidates of the rows of a seed file. A row's id is the hash of its text and of the number
 * of earlier rows with that text, so a file that is read again makes the same ids, and rows whose
 * candidate is known are skipped. A defective row becomes a candidate with a defect, so that its
 * rejection is an event like any other.
 */
final class SeedCandidates {

  private static final int DEFECTIVE_CHARACTERS = 2_000;

  private final String file;
  private final Forms forms;
  private final KnownCandidates known;
  private final boolean unlike;
  private final IdToLongMap occurrences = new IdToLongMap();
  private Seeding.Seeded seeded = new Seeding.Seeded(0, 0, 0, 0);

  /**
   * @param file name of the file, for the sentences of defects
   * @param forms that its rows may have
   * @param known the candidates of earlier seedings
   */
  SeedCandidates(String file, Forms forms, KnownCandidates known) {
    this(file, forms, known, false);
  }

  /**
   * The same.
   *
   * @param unlike whether no row is there twice by intent: one that is like an earlier one is then
   *     known, and the texts of all rows need not be kept
   */
  SeedCandidates(String file, Forms forms, KnownCandidates known, boolean unlike) {
    this.file = file;
    this.forms = forms;
    this.known = known;
    this.unlike = unlike;
  }

  /**
   * A row as a candidate.
   *
   * @param fresh nothing if the candidate is known
   */
  record Row(String id, Optional<ProblemCandidate> fresh) {}

  /** The row's candidate, or nothing if it is known. */
  Optional<ProblemCandidate> of(SeedRows.Line line) {
    return row(line).fresh();
  }

  /** The row's candidate with its id, which is there for a known one, too. */
  Row row(SeedRows.Line line) {
    String id = unlike ? id(line) : id(line, occurrence(line.text()));
    if (!known.add(id)) {
      count(0, 1, 0);
      return new Row(id, Optional.empty());
    }
    SeedRow row = SeedRow.of(line, forms);
    ProblemCandidate candidate =
        row instanceof SeedRow.Good good
            ? good(id, good)
            : defective(id, line, ((SeedRow.Bad) row).defect());
    count(1, 0, candidate.getDefect() == null ? 0 : 1);
    return new Row(id, Optional.of(candidate));
  }

  /** Id of the candidate of a row that is like no other. */
  static String id(SeedRows.Line line) {
    return id(line, 0);
  }

  private static String id(SeedRows.Line line, int occurrence) {
    return Ids.candidate(line.text(), Seeding.STAGE, 0, occurrence);
  }

  /** Counts of the rows so far. */
  Seeding.Seeded seeded() {
    return seeded;
  }

  /** Number of earlier rows with this text. */
  private int occurrence(String line) {
    String text = Ids.hash(line);
    int before = (int) occurrences.find(text).orElse(0);
    occurrences.put(text, before + 1L);
    return before;
  }

  private void count(int written, int skipped, int defective) {
    seeded =
        new Seeding.Seeded(
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
        .setExpectedAnswer(row.expectedAnswer().orElse(null))
        .setSolution(row.solution().orElse(null))
        .setSource(row.source().orElse(null))
        .setLineage(lineage(id))
        .build();
  }

  private ProblemCandidate defective(String id, SeedRows.Line line, String defect) {
    String text = line.text().substring(0, Math.min(line.text().length(), DEFECTIVE_CHARACTERS));
    return ProblemCandidate.newBuilder()
        .setId(id)
        .setProblemId(Ids.problem(text))
        .setQuestion(text)
        .setDefect(sentence(file, line, defect))
        .setLineage(lineage(id))
        .build();
  }

  /** A defect with file and line. */
  static String sentence(String file, SeedRows.Line line, String defect) {
    return "%s:%d: %s".formatted(line.file().orElse(file), line.number(), defect);
  }

  private static Lineage lineage(String id) {
    return Lineage.newBuilder()
        .setSeed(id)
        .setAgent(Seeding.STAGE)
        .setRound(0)
        .setIndex(0)
        .setTime(Instant.now())
        .build();
  }
}
