package orcaflow.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.RolloutRequest;
import orcaflow.events.SolveRate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.streams.Events;
import orcaflow.streams.FlowDriver;
import orcaflow.streams.grade.Judge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleProcessorTest {

  private static final int PROBLEMS = 40;

  @TempDir Path folder;
  private FlowDriver flow;

  @BeforeEach
  void start() {
    flow = new FlowDriver(Events.recipe(1, 0.5), Judge.OFF, folder, List.of());
  }

  @AfterEach
  void stop() {
    flow.close();
  }

  @Test
  void nothingIsAskedBeforeAPolicyOpensAnIteration() {
    admit(0, PROBLEMS);
    flow.pipe(Events.policy(0));

    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEmpty();
  }

  @Test
  void everyDueProblemIsAskedOnceWhicheverCameFirst() {
    admit(0, PROBLEMS / 2);
    flow.pipe(Events.policy(1));
    admit(PROBLEMS / 2, PROBLEMS);
    admit(0, PROBLEMS);
    flow.pipe(Events.policy(1));

    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(due(2, 0, PROBLEMS));
    assertThat(flow.out(Topics.ROLLOUT_REQUESTS))
        .extracting(RolloutRequest::getPolicyVersion)
        .containsOnly("main-M1-50-abcdef01");
  }

  @Test
  void requestsNeverRunFurtherAheadThanTheIterationTheNewestPolicyOpens() {
    admit(0, PROBLEMS);
    flow.pipe(Events.policy(1));
    Set<String> expected = due(2, 0, PROBLEMS);
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(expected);

    flow.pipe(Events.policy(2));
    expected.addAll(due(3, 0, PROBLEMS));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(expected);

    flow.pipe(Events.policy(3));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(expected);
    assertThat(flow.entries("schedule-waiting")).isZero();
  }

  @Test
  void aProblemThatComesTooLateForAnIterationIsAskedForTheNext() {
    flow.pipe(Events.policy(1), Events.policy(2));
    admit(0, PROBLEMS);

    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(due(3, 0, PROBLEMS));
  }

  @Test
  void anOlderPolicyThatComesLateOpensNothing() {
    flow.pipe(Events.policy(2), Events.policy(1));
    admit(0, PROBLEMS);

    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(due(3, 0, PROBLEMS));
  }

  @Test
  void anEndlessRecipeIsAskedForAgainAndAgainAndKeepsEachProblemOnce() {
    restart(Events.endless(0.5), "endless");
    admitSolved(0, PROBLEMS / 2);
    Set<String> expected = new TreeSet<>();
    for (int policy = 1; policy <= 12; policy++) {
      flow.pipe(Events.policy(policy));
      if (policy == 6) {
        admitSolved(PROBLEMS / 2, PROBLEMS);
      }
      int known = policy < 6 ? PROBLEMS / 2 : PROBLEMS;
      int opened = policy + 1;
      IntStream.range(0, known)
          .mapToObj(i -> Ids.problem(question(i)))
          .filter(id -> new RolloutShare(0.5).is(id, opened))
          .forEach(id -> expected.add(Ids.request(id, opened)));
      assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).as("policy " + policy).isEqualTo(expected);
      assertThat(flow.entries("schedule-waiting")).isEqualTo(known);
    }
  }

  @Test
  void problemsOfIterationsThatWerePassedOverAreAskedForInTheOpenOne() {
    restart(Events.endless(0.5), "passed");
    admitSolved(0, PROBLEMS);
    flow.pipe(Events.policy(7));
    Set<String> eighth = new TreeSet<>();
    IntStream.range(0, PROBLEMS)
        .mapToObj(i -> Ids.problem(question(i)))
        .filter(id -> new RolloutShare(0.5).is(id, 8))
        .forEach(id -> eighth.add(Ids.request(id, 8)));

    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(eighth);
    assertThat(flow.entries("schedule-waiting")).isEqualTo(PROBLEMS);
  }

  @Test
  void anIterationWithAMostOfProblemsTakesThoseFirstThatHaveWaitedLongest() {
    restart(Events.endless(1, "problems: 25, "), "most");
    admitSolved(0, PROBLEMS);
    Map<String, Integer> turns = new TreeMap<>();
    for (int policy = 1; policy <= 8; policy++) {
      flow.pipe(Events.policy(policy));
      // One that comes when the iteration has its problems waits for the next.
      admitSolved(PROBLEMS + policy, PROBLEMS + policy + 1);
      int opened = policy + 1;
      List<String> asked =
          flow.out(Topics.ROLLOUT_REQUESTS).stream()
              .filter(request -> request.getIteration() == opened)
              .map(RolloutRequest::getProblemId)
              .toList();
      assertThat(asked).as("iteration " + opened).hasSize(25).doesNotHaveDuplicates();
      asked.forEach(id -> turns.merge(id, 1, Integer::sum));
      assertThat(flow.entries("schedule-waiting")).isEqualTo(PROBLEMS + policy);
      assertThat(flow.entries("schedule-requested")).isEqualTo(1);
    }
    // 200 turns for 40 problems and the 7 that came in between.
    assertThat(turns).hasSize(PROBLEMS + 7);
    assertThat(turns.values()).allMatch(count -> count >= 1 && count <= 5);
    IntStream.range(0, PROBLEMS)
        .mapToObj(i -> Ids.problem(question(i)))
        .forEach(id -> assertThat(turns.get(id)).isBetween(4, 5));
  }

  @Test
  void problemsWithRightAndWrongRolloutsComeAgainUpToTheirShare() {
    restart(Events.endless(1, "problems: 30, mixed: 0.5, "), "mixed");
    admitSolved(0, PROBLEMS);
    flow.pipe(Events.policy(1));
    List<RolloutRequest> second = requests(2);
    assertThat(second).hasSize(30).allMatch(request -> request.getReason().equals("new"));
    // 6 gave right and wrong rollouts, the others all right or none.
    second.forEach(request -> flow.pipe(rate(request, second.indexOf(request) < 6 ? 1 : 4)));
    flow.pipe(Events.policy(2));
    List<RolloutRequest> third = requests(3);
    assertThat(third).hasSize(30);
    assertThat(third)
        .filteredOn(request -> request.getReason().equals("1 of 4 right in iteration 2"))
        .extracting(RolloutRequest::getProblemId)
        .containsExactlyInAnyOrderElementsOf(
            second.subList(0, 6).stream().map(RolloutRequest::getProblemId).toList());
    assertThat(third).filteredOn(request -> request.getReason().equals("new")).hasSize(10);
    assertThat(third).filteredOn(request -> request.getReason().equals("its turn")).hasSize(14);
    assertThat(flow.entries("schedule-mixed")).isZero();

    third.forEach(request -> flow.pipe(rate(request, 3)));
    flow.pipe(Events.policy(3));
    List<RolloutRequest> fourth = requests(4);
    assertThat(fourth).hasSize(30).extracting(RolloutRequest::getProblemId).doesNotHaveDuplicates();
    assertThat(fourth)
        .filteredOn(request -> request.getReason().equals("3 of 4 right in iteration 3"))
        .hasSize(15);
    assertThat(flow.entries("schedule-mixed")).isEqualTo(15);
  }

  @Test
  void aRateIsThatOfTheGradedRollouts() {
    for (String key : List.of("problems: 30, mixed: 0.5, ", "problems: 30, ")) {
      restart(Events.endless(1, key), "graded" + key);
      flow.pipe(
          Events.candidate("c", question(0)),
          Events.solution(question(0), "1"),
          Events.policy(1),
          Events.rollout(question(0), 2, "#### 1", "#### 5", "#### 5", "#### 5"),
          Events.policy(2));
      boolean wanted = key.contains("mixed");
      assertThat(requests(3))
          .extracting(RolloutRequest::getReason)
          .containsExactly(wanted ? "1 of 4 right in iteration 2" : "its turn");
      assertThat(flow.out(Topics.SOLVE_RATES))
          .extracting(SolveRate::getRight, SolveRate::getSamples)
          .isEqualTo(wanted ? List.of(tuple(1, 4)) : List.of());
    }
  }

  @Test
  void ratesOfLongAgoAreForgotten() {
    restart(Events.endless(1, "problems: 30, mixed: 0.5, "), "forgotten");
    admitSolved(0, PROBLEMS);
    flow.pipe(Events.policy(1));
    requests(2).forEach(request -> flow.pipe(rate(request, 2)));
    flow.pipe(Events.policy(7));

    assertThat(requests(8)).hasSize(30).noneMatch(request -> request.getReason().contains("of 4"));
    assertThat(flow.entries("schedule-mixed")).isZero();
  }

  private List<RolloutRequest> requests(int iteration) {
    return flow.out(Topics.ROLLOUT_REQUESTS).stream()
        .filter(request -> request.getIteration() == iteration)
        .toList();
  }

  private static SolveRate rate(RolloutRequest request, int right) {
    return SolveRate.newBuilder()
        .setId(request.getId())
        .setProblemId(request.getProblemId())
        .setQuestion(request.getQuestion())
        .setIteration(request.getIteration())
        .setPolicyVersion(request.getPolicyVersion())
        .setRight(right)
        .setSamples(4)
        .setLineage(request.getLineage())
        .build();
  }

  @Test
  void eachPartitionRequestsItsPartOfTheMost() {
    flow.close();
    flow = new FlowDriver(Events.endless(1, "problems: 26, "), folder.resolve("part"), 3);
    admitSolved(0, PROBLEMS / 2);
    flow.pipe(Events.policy(1));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).hasSize(9);
  }

  @Test
  void problemsThatComeWhileAnIterationLacksThemAreRequestedAtOnce() {
    restart(Events.endless(1, "problems: 25, "), "late");
    admitSolved(0, 10);
    flow.pipe(Events.policy(1));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).hasSize(10);
    admitSolved(10, 20);
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).hasSize(20);
    admitSolved(20, PROBLEMS);
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).hasSize(25);
  }

  @Test
  void withoutAnEndAProblemIsSampledWhenThereIsASolutionToCompareWith() {
    restart(Events.endless(1, "problems: 25, "), "solved");
    admit(0, PROBLEMS);
    flow.pipe(Events.policy(1));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEmpty();

    // A backlog that no teacher ever solves leaves the room to those that it solves.
    solve(10, 20);
    solve(10, 15);
    flow.pipe(Events.unusable(question(0), Optional.empty()));
    flow.pipe(Events.unusable(question(1), Optional.of("5")));
    Set<String> expected = requested(2, 10, 20);
    expected.add(Ids.request(Ids.problem(question(1)), 2));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(expected);

    flow.pipe(Events.policy(2));
    expected.addAll(requested(3, 10, 20));
    expected.add(Ids.request(Ids.problem(question(1)), 3));
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(expected);
  }

  @Test
  void aSolutionMayComeBeforeItsProblem() {
    restart(Events.endless(1, "problems: 25, "), "before");
    flow.pipe(Events.policy(1));
    solve(0, 5);
    solve(0, 5);
    admit(0, 6);
    admit(0, 6);
    assertThat(flow.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(requested(2, 0, 5));
  }

  /** Another recipe, with a folder of its own. */
  private void restart(Recipe recipe, String name) {
    flow.close();
    flow = new FlowDriver(recipe, Judge.OFF, folder.resolve(name), List.of());
  }

  private void admit(int from, int to) {
    IntStream.range(from, to).forEach(i -> flow.pipe(Events.candidate("c" + i, question(i))));
  }

  private void admitSolved(int from, int to) {
    admit(from, to);
    solve(from, to);
  }

  private void solve(int from, int to) {
    IntStream.range(from, to).forEach(i -> flow.pipe(Events.solution(question(i), "1")));
  }

  private static Set<String> requested(int iteration, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Ids.request(Ids.problem(question(i)), iteration))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> due(int iteration, int from, int to) {
    RolloutShare due = new RolloutShare(iteration == 2 ? 1 : 0.5);
    Set<String> ids = new TreeSet<>();
    IntStream.range(from, to)
        .mapToObj(i -> Ids.problem(question(i)))
        .filter(id -> due.is(id, iteration))
        .forEach(id -> ids.add(Ids.request(id, iteration)));
    return ids;
  }

  private static String question(int i) {
    return "Tom has %d apples and eats one. How many has he?".formatted(i + 2);
  }
}
