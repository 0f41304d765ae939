package orcaflow.cli.heldout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.agents.seed.SeedProblem;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;

class HoldOutTest {

  /** 100 families of three: the same words with other numbers. */
  private static final List<SeedProblem> SEEDS =
      IntStream.range(0, 300)
          .mapToObj(
              i ->
                  problem(
                      "Person %1$s of town %1$s bought %2$d apples at shop %1$s. How many at %1$s?"
                          .formatted(word(i / 3), i % 3 + 2)))
          .toList();

  @Test
  void wholeFamiliesAreHeldOut() {
    HoldOut held = HoldOut.share(SEEDS, 0.1);
    assertThat(held.questions()).hasSize(30);
    assertThat(held.problems()).hasSize(30);
    Set<String> families = words(held.questions());
    assertThat(families).hasSize(10);
    assertThat(words(SEEDS.stream().filter(p -> !held.problems().contains(p.id())).toList()))
        .doesNotContainAnyElementsOf(families);
  }

  @Test
  void theOrderOfRowsDoesNotMatter() {
    List<SeedProblem> shuffled = new ArrayList<>(SEEDS);
    Collections.shuffle(shuffled, new Random(7));
    assertThat(HoldOut.share(shuffled, 0.1)).isEqualTo(HoldOut.share(SEEDS, 0.1));
  }

  @Test
  void aQuestionWithoutAnAnswerIsHeldOutButNotAsked() {
    SeedProblem open = new SeedProblem(Ids.problem("Why?"), "Why?", Optional.empty());
    HoldOut held = HoldOut.share(List.of(open), 0.9);
    assertThat(held.questions()).isEmpty();
    assertThat(held.problems()).containsExactly(open.id());
  }

  @Test
  void oneFamilyCannotBeSplit() {
    assertThat(HoldOut.share(SEEDS.subList(0, 3), 0.5).problems()).isEmpty();
  }

  @Test
  void theDefaultIsATenth() {
    assertThat(HoldOut.usual(SEEDS)).isEqualTo(HoldOut.share(SEEDS, 0.1));
  }

  private static SeedProblem problem(String question) {
    return new SeedProblem(Ids.problem(question), question, Optional.of("4"));
  }

  /** A word of letters, so that it is no number. */
  private static String word(int number) {
    return "" + (char) ('a' + number / 10) + (char) ('a' + number % 10) + "x";
  }

  private static Set<String> words(List<SeedProblem> problems) {
    return problems.stream()
        .map(problem -> problem.question().split(" ")[1])
        .collect(Collectors.toSet());
  }
}
