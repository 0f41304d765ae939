package orcaflow.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.streams.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {

  private final Requests requests = new Requests(Events.recipe(1, 0.5));

  @Test
  void aProblemIsDueByItsIdAlone() {
    for (int i = 0; i < 200; i++) {
      String id = Ids.problem("question " + i);
      boolean third = new RolloutShare(0.5).is(id, 3);
      assertThat(requests.isDue(id, 0)).isFalse();
      assertThat(requests.isDue(id, 1)).isFalse();
      assertThat(requests.isDue(id, 2)).isTrue();
      assertThat(requests.isDue(id, 3)).isEqualTo(third);
      assertThat(requests.isDue(id, 4)).isFalse();
      assertThat(requests.next(id, 0)).hasValue(2);
      assertThat(requests.next(id, 2).isPresent()).isEqualTo(third);
      assertThat(requests.next(id, 3)).isEmpty();
      assertThat(requests.dueIterations(id)).isEqualTo(third ? 2 : 1);
    }
  }

  @Test
  void anEndlessRecipeAsksForAProblemAgainAndAgain() {
    Requests endless = new Requests(Events.endless(0.25));
    double distance = 0;
    for (int i = 0; i < 400; i++) {
      String id = Ids.problem("question " + i);
      int first = endless.next(id, 0).orElseThrow();
      int second = endless.next(id, first).orElseThrow();
      assertThat(first).isGreaterThan(1);
      assertThat(endless.isDue(id, first)).isTrue();
      for (int between = first + 1; between < second; between++) {
        assertThat(endless.isDue(id, between)).isFalse();
      }
      distance += second - first;
      assertThat(endless.dueIterations(id)).isEqualTo(Integer.MAX_VALUE);
    }
    assertThat(distance / 400).isBetween(3.3, 4.7);
  }

  @Test
  void onlyARecipeWithoutAnEndBoundsItsRequests() {
    Recipe bounded = Events.endless(0.25, "problems: 30, ");
    assertThat(new Requests(bounded).most(4)).hasValue(30);
    assertThat(new Requests(bounded).most(1)).isEmpty();
    assertThat(new Requests(bounded.iterating(List.of(bounded.continuous().orElseThrow()))).most(1))
        .isEmpty();
    assertThat(new Requests(Events.endless(0.25)).most(4)).isEmpty();
  }

  @Test
  void aShareOfTheMostOfProblemsMayBeMixedOnes() {
    Requests mixed = new Requests(Events.endless(0.25, "problems: 30, mixed: 0.5, "));
    assertThat(mixed.mostMixed(4)).isEqualTo(15);
    assertThat(mixed.mostMixed(1)).isZero();
    assertThat(mixed.wantsSolveRates()).isTrue();
    assertThat(new Requests(Events.endless(0.25, "problems: 30, ")).mostMixed(4)).isZero();
    assertThat(new Requests(Events.endless(0.25, "problems: 30, ")).wantsSolveRates()).isFalse();
  }

  @Test
  void aRequestAsksForWhatTheRecipeSays() {
    Problem problem = problem("How many?");
    RolloutRequest request = requests.request(problem, Events.policy(1), "new");

    assertThat(request.getId()).isEqualTo(Ids.request(problem.getId(), 2));
    assertThat(request.getIteration()).isEqualTo(2);
    assertThat(request.getPolicyVersion()).isEqualTo("main-M1-50-abcdef01");
    assertThat(request.getSamples()).isEqualTo(4);
    assertThat(request.getTemperature()).isEqualTo(0.7);
    assertThat(request.getTopP()).isEqualTo(0.95);
    assertThat(request.getMaxTokens()).isEqualTo(64);
    assertThat(request.getReason()).isEqualTo("new");
    assertThat(request.getNewer()).as("a run is the same each time").isFalse();
    assertThat(
            new Requests(Events.endless(0.25)).request(problem, Events.policy(1), "new").getNewer())
        .isTrue();
    assertThat(request).isEqualTo(requests.request(problem, Events.policy(1), "new"));
  }

  @Test
  void seedsDifferByProblemIterationAndRecipeAndFitADouble() {
    Recipe other = Events.recipe(1, 0.5);
    Recipe reseeded =
        new Recipe(
            other.name(),
            8,
            other.expansion(),
            other.student(),
            other.rollouts(),
            other.evaluation(),
            other.labelling(),
            other.iterations(),
            other.continuous(),
            other.gate());
    Problem problem = problem("How many?");
    long[] seeds = {
      requests.request(problem, Events.policy(1), "new").getSeed(),
      requests.request(problem, Events.policy(2), "new").getSeed(),
      requests.request(problem("How few?"), Events.policy(1), "new").getSeed(),
      new Requests(reseeded).request(problem, Events.policy(1), "new").getSeed()
    };

    assertThat(LongStream.of(seeds).boxed())
        .doesNotHaveDuplicates()
        .allMatch(seed -> seed >= 0 && seed < 1L << 53);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 50, 2, 1, true",
    "2, 1, 1, 50, false",
    "1, 50, 1, 50, true",
    "1, 60, 1, 50, false"
  })
  void theNewestPolicyIsTheOneFurthestOn(
      int iteration, int step, int otherIteration, int otherStep, boolean newer) {
    assertThat(Requests.isNewer(policy(otherIteration, otherStep), policy(iteration, step)))
        .isEqualTo(newer);
  }

  private static Policy policy(int iteration, int step) {
    return Policy.newBuilder(Events.policy(iteration)).setStep(step).build();
  }

  private static Problem problem(String question) {
    return Problem.newBuilder()
        .setId(Ids.problem(question))
        .setCandidateId("c")
        .setQuestion(question)
        .setLineage(Events.lineage("seed"))
        .build();
  }
}
