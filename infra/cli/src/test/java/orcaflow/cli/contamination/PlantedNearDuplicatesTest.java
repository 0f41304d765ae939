package orcaflow.cli.contamination;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orcaflow.schemas.alike.AlikeIndex;
import orcaflow.schemas.alike.Shingles;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What admit's near-duplicates find among the same planted problems as the report. */
class PlantedNearDuplicatesTest {

  private static final double SIMILARITY = 0.7;

  @ParameterizedTest(name = "{0}, runs of {1}, numbers masked {2}")
  @CsvSource({
    "exact,            3, false, 6",
    "exact,            3, true,  6",
    "numbers,          3, false, 0",
    "numbers,          3, true,  6",
    "numbers,          2, false, 3",
    "names,            3, false, 1",
    "names,            3, true,  1",
    "names,            1, false, 5",
    "light-paraphrase, 3, false, 0",
    "light-paraphrase, 3, true,  0",
    "light-paraphrase, 1, false, 6",
    "full-paraphrase,  1, true,  0",
    "unrelated,        1, true,  0",
  })
  void findsAndMissesOfWhatWasPlanted(String kind, int words, boolean maskNumbers, int found)
      throws Exception {
    Shingles shingles = new Shingles(words, maskNumbers);
    AlikeIndex index = new AlikeIndex(SIMILARITY);
    List<BenchmarkQuestion> questions = planted("benchmark");
    questions.forEach(question -> index.add(shingles.of(question.text())));
    List<String> pairs = new ArrayList<>();
    for (BenchmarkQuestion problem : planted("planted")) {
      if (problem.id().matches(kind + "-\\d+")) {
        index.search(
            shingles.of(problem.text()),
            (number, overlap) ->
                pairs.add(problem.id() + "=" + questions.get(number).id().substring(1)));
      }
    }

    assertThat(pairs).hasSize(found).allMatch(pair -> pair.matches(".*-(\\d+)=\\1"));
  }

  private static List<BenchmarkQuestion> planted(String name) throws Exception {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionFile.read(
        Path.of(
            PlantedNearDuplicatesTest.class
                .getResource("/orcaflow/cli/contamination/" + name + ".jsonl")
                .toURI()),
        (question, read, bytes) -> questions.add(question));
    return questions;
  }
}
