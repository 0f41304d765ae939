package orcaflow.streams.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.schemas.Ids;
import orcaflow.streams.Events;
import orcaflow.streams.admit.Decision.Admitted;
import orcaflow.streams.admit.Decision.Reason;
import orcaflow.streams.admit.Decision.Rejected;
import orcaflow.streams.admit.NearDuplicates.Among;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResemblanceTest {

  private static final String TEXT =
      "Ann picks 12 red apples in the old garden behind her house and sells five of them at the"
          + " market on Sunday morning. How many apples are left?";

  private final Map<String, Problem> admitted = new HashMap<>();

  /** 28 words, 26 runs; a word in the middle touches three of them. */
  @ParameterizedTest
  @CsvSource({
    "red, green, 0.793",
    "picks, buys, 0.857",
    "Ann, Eva, 0.926",
    "12, 13, 0.793",
  })
  void oneWordMakesNoOtherProblem(String word, String other, double overlap) {
    Resemblance resemblance = among(Among.EVERYTHING, false);
    admit(resemblance, problem(TEXT, Optional.empty()));

    Decision decision =
        resemblance.decide(problem(TEXT.replace(word + " ", other + " "), Optional.empty()));

    assertThat(decision).isInstanceOf(Rejected.class);
    Rejected rejected = (Rejected) decision;
    assertThat(rejected.reason()).isEqualTo(Reason.NEAR_DUPLICATE);
    assertThat(rejected.evidence().duplicateOf()).contains(Ids.problem(TEXT));
    assertThat(rejected.evidence().method()).contains("words-3");
    assertThat(Math.round(rejected.evidence().similarity().orElseThrow() * 1000) / 1000.0)
        .isEqualTo(overlap);
    assertThat(rejected.evidence().sentence())
        .isEqualTo(
            "shares %s of the runs of 3 words with problem %s, 0.7 or more"
                .formatted(overlap, Ids.problem(TEXT)));
  }

  @ParameterizedTest
  @CsvSource({"false, admitted", "true, near-duplicate"})
  void allNumbersChangedMakeAnotherProblemUnlessNumbersAreMasked(boolean masked, String decision) {
    Resemblance resemblance = among(Among.EVERYTHING, masked);
    admit(resemblance, problem(TEXT, Optional.empty()));

    String other = TEXT.replace("12", "40").replace("five", "thirty-one").replace("old", "new");

    assertThat(resemblance.decide(problem(other, Optional.empty())).label()).isEqualTo(decision);
  }

  @Test
  void theMostAlikeIsNamedAndOfEquallyAlikeTheLowestId() {
    Resemblance resemblance = among(Among.EVERYTHING, false);
    String farther = TEXT.replace("red", "green");
    String nearOne = TEXT.replace("Ann", "Eva");
    String nearTwo = TEXT.replace("Ann", "Zoe");
    for (String text : new String[] {farther, nearOne, nearTwo}) {
      admit(resemblance, problem(text, Optional.empty()));
    }

    Rejected rejected = (Rejected) resemblance.decide(problem(TEXT, Optional.empty()));

    String one = Ids.problem(nearOne);
    String two = Ids.problem(nearTwo);
    assertThat(rejected.evidence().duplicateOf()).contains(one.compareTo(two) < 0 ? one : two);
  }

  @Test
  void amongAncestorsOnlyTheLineCounts() {
    Resemblance resemblance = among(Among.ANCESTORS, false);
    Problem seed = problem(TEXT, Optional.empty());
    Problem child =
        problem(
            TEXT + " And how many would be left on Monday evening if it rained all day?",
            seed.getId());
    Problem stranger = problem(TEXT.replace("Ann", "Eva"), Optional.empty());
    Problem grandchild = problem(TEXT.replace("Ann", "Zoe"), child.getId());
    Problem orphan = problem(TEXT.replace("Ann", "Ida"), "unknown");
    for (Problem problem : new Problem[] {seed, child, stranger}) {
      assertThat(resemblance.decide(problem)).isEqualTo(new Admitted());
      admit(resemblance, problem);
    }

    Rejected rejected = (Rejected) resemblance.decide(grandchild);

    assertThat(rejected.evidence().duplicateOf()).contains(seed.getId());
    assertThat(resemblance.decide(orphan)).isEqualTo(new Admitted());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3, 'admit.nearDuplicates.similarity is 0.0: use more than 0 and at most 1'",
    "1.1, 3, 'admit.nearDuplicates.similarity is 1.1: use more than 0 and at most 1'",
    "0.7, 0, 'admit.nearDuplicates.words is 0: use 1 to 20'",
  })
  void settingsThatCannotBeMeantAreRefused(double similarity, int words, String sentence) {
    assertThatThrownBy(() -> new NearDuplicates(Among.EVERYTHING, similarity, words, false))
        .hasMessage(sentence);
  }

  private Resemblance among(Among among, boolean maskNumbers) {
    return new Resemblance(
        new NearDuplicates(among, 0.7, 3, maskNumbers),
        id -> Optional.ofNullable(admitted.get(id)));
  }

  private void admit(Resemblance resemblance, Problem problem) {
    admitted.put(problem.getId(), problem);
    resemblance.admitted(problem);
  }

  private static Problem problem(String question, String parent) {
    return problem(question, Optional.of(parent));
  }

  private static Problem problem(String question, Optional<String> parent) {
    return Problem.newBuilder()
        .setId(Ids.problem(question))
        .setCandidateId("c")
        .setQuestion(question)
        .setLineage(
            Lineage.newBuilder(Events.lineage("seed")).setParent(parent.orElse(null)).build())
        .build();
  }
}
