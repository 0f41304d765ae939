package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import orcaflow.agents.stage.IdToLongMap;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedCandidatesTest {

  private static final String SAM =
      "{\"question\":\"Sam has 2 coins. How many?\",\"answer\":\"2\"}";
  private static final String TOM = "{\"question\":\"Tom has 3 coins. How many?\"}";

  private final KnownCandidates known = new KnownCandidates.InMemory(new IdToLongMap());

  @Test
  void aRowBecomesACandidateOfRoundZero() {
    ProblemCandidate candidate =
        new SeedCandidates("seeds", new Forms(Columns.KNOWN), known).of(line(1, SAM)).orElseThrow();
    assertThat(candidate.getId()).isEqualTo(Ids.candidate(SAM, "seed", 0, 0));
    assertThat(candidate.getProblemId()).isEqualTo(Ids.problem("Sam has 2 coins. How many?"));
    assertThat(candidate.getQuestion()).isEqualTo("Sam has 2 coins. How many?");
    assertThat(candidate.getDefect()).isNull();
    assertThat(candidate.getLineage().getSeed()).isEqualTo(candidate.getId());
    assertThat(candidate.getLineage().getParent()).isNull();
    assertThat(candidate.getLineage().getAgent()).isEqualTo("seed");
    assertThat(candidate.getLineage().getRound()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'question':'q','answer':'7','solution':'#### 7.0'} | 7",
        "{'question':'q','solution':'So there are 8.\\n#### 8'} | 8",
        "{'question':'q','solution':'Who knows.'} |",
        "{'question':'q'} |",
      })
  void theExpectedAnswerIsTheRowsOrElseTheSolutions(String row, String expected) {
    assertThat(candidates(row.replace('\'', '"')))
        .singleElement()
        .extracting(ProblemCandidate::getExpectedAnswer)
        .isEqualTo(expected);
  }

  @Test
  void equalRowsAreCandidatesOfTheirOwnWithOneProblemId() {
    List<ProblemCandidate> candidates = candidates(SAM, SAM, TOM, SAM);
    assertThat(candidates)
        .extracting(ProblemCandidate::getId)
        .containsExactly(
            Ids.candidate(SAM, "seed", 0, 0),
            Ids.candidate(SAM, "seed", 0, 1),
            Ids.candidate(TOM, "seed", 0, 0),
            Ids.candidate(SAM, "seed", 0, 2));
    assertThat(candidates)
        .extracting(ProblemCandidate::getProblemId)
        .hasSize(4)
        .contains(
            Ids.problem("Sam has 2 coins. How many?"), Ids.problem("Tom has 3 coins. How many?"));
  }

  @Test
  void aSecondSeedingSkipsTheRowsOfTheFirst() {
    candidates(SAM, SAM);
    SeedCandidates second = new SeedCandidates("seeds", new Forms(Columns.KNOWN), known);
    assertThat(of(second, SAM, TOM, SAM, SAM))
        .extracting(ProblemCandidate::getId)
        .containsExactly(Ids.candidate(TOM, "seed", 0, 0), Ids.candidate(SAM, "seed", 0, 2));
    assertThat(second.seeded()).isEqualTo(new Seeding.Seeded(4, 2, 2, 0));
  }

  @Test
  void aRowThatIsLikeNoOtherByIntentIsKnownWhenItComesAgain() {
    SeedCandidates unlike = new SeedCandidates("seeds", new Forms(Columns.KNOWN), known, true);
    assertThat(of(unlike, SAM, TOM, SAM))
        .extracting(ProblemCandidate::getId)
        .containsExactly(Ids.candidate(SAM, "seed", 0, 0), Ids.candidate(TOM, "seed", 0, 0));
    assertThat(unlike.seeded()).isEqualTo(new Seeding.Seeded(3, 2, 1, 0));
  }

  @Test
  void aDefectiveRowIsACandidateThatNamesFileAndLine() {
    SeedCandidates candidates = new SeedCandidates("seeds.jsonl", new Forms(Columns.KNOWN), known);
    ProblemCandidate candidate = candidates.of(line(17, "{\"answer\":\"2\"}")).orElseThrow();
    assertThat(candidate.getDefect())
        .isEqualTo(
            "seeds.jsonl:17: the row has no question; its keys are answer (--columns question=KEY names"
                + " one)");
    assertThat(candidate.getQuestion()).isEqualTo("{\"answer\":\"2\"}");
    assertThat(candidates.seeded()).isEqualTo(new Seeding.Seeded(1, 1, 0, 1));
  }

  @Test
  void aLongDefectiveRowIsCutButKeepsAnIdOfItsOwn() {
    List<ProblemCandidate> candidates = candidates("x".repeat(5_000), "x".repeat(5_001));
    assertThat(candidates).allMatch(candidate -> candidate.getQuestion().length() == 2_000);
    assertThat(candidates).extracting(ProblemCandidate::getId).doesNotHaveDuplicates();
  }

  private List<ProblemCandidate> candidates(String... rows) {
    return of(new SeedCandidates("seeds", new Forms(Columns.KNOWN), known), rows);
  }

  private static List<ProblemCandidate> of(SeedCandidates candidates, String... rows) {
    return IntStream.range(0, rows.length)
        .mapToObj(i -> candidates.of(line(i + 1, rows[i])))
        .flatMap(Optional::stream)
        .toList();
  }

  private static SeedRows.Line line(long number, String text) {
    return new SeedRows.Line(number, text);
  }
}
