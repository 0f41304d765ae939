package orcaflow.streams.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.Events;
import orcaflow.streams.FlowDriver;
import orcaflow.streams.admit.Benchmarks;
import orcaflow.streams.close.ClosedSet;
import orcaflow.streams.grade.Grading;
import orcaflow.streams.grade.Judge;
import orcaflow.testing.SharedFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Solutions of four real models to the 1,319 test questions of GSM8K, with the publisher's labels,
 * as four rollouts a question. What the topics must hold is counted from the labels alone.
 *
 * <p>The paper's policy goes through the whole topology with all questions; the others with every
 * fifth, and with all of them through the rule alone, because Kafka's test driver takes five
 * seconds a policy. {@code -Dorcaflow.labels.every=1} takes all questions through the topology,
 * too.
 */
class PublicLabelsTest {

  private static final String DATA = "gsm8k_test_model_solutions.jsonl.gz";
  private static final int QUESTIONS = 1_319;
  private static final int ROLLOUTS = 4;
  private static final int EVERY = 5;

  @TempDir Path folder;
  private static Map<String, Problem> problems;
  private static List<GradedRollout> graded;

  /** One question: its answer, four solutions, and the publisher's word on each. */
  private record Problem(String answer, List<String> solutions, List<Boolean> labels) {

    int right() {
      return (int) labels.stream().filter(label -> label).count();
    }

    /** Whether four wrong solutions end in the same number. */
    boolean agreesAgainstTheAnswer() {
      return right() == 0
          && solutions.stream().map(Problem::number).distinct().count() == 1
          && number(solutions.get(0)).isPresent();
    }

    private static Optional<BigDecimal> number(String solution) {
      String last = solution.substring(solution.lastIndexOf("A:") + 2);
      String digits = last.replaceAll("[$,% ]", "");
      return digits.matches("-?[0-9]*\\.?[0-9]+")
          ? Optional.of(new BigDecimal(digits).stripTrailingZeros())
          : Optional.empty();
    }
  }

  /**
   * What a policy makes of a question with c of four right, as functions of c.
   *
   * @param wrongKept whether groups whose four wrong solutions agree are labelled like others
   */
  enum Expected {
    ROLLOUTS("rollouts", c -> c, c -> 4 - c, (c, wrong) -> Math.min(c, wrong), c -> 0, true),
    PAPER("paper", c -> 1 + c, c -> c < 4 ? 4 - c : 4, (c, w) -> (1 + c) * w, c -> 0, true),
    PAPER_CAPPED(
        "paper-capped",
        c -> 1 + c,
        c -> c < 4 ? 4 - c : 4,
        (c, w) -> Math.min(6, (1 + c) * w),
        c -> 0,
        true),
    PAPER_NO_SYNTHETIC(
        "paper-no-synthetic", c -> 1 + c, c -> 4 - c, (c, w) -> (1 + c) * w, c -> 0, true),
    TEACHER_ONLY("teacher-only", c -> 1, c -> c < 4 ? 4 - c : 4, (c, w) -> w, c -> 0, true),
    ONE_TO_ONE(
        "one-to-one",
        c -> 1 + c,
        c -> c < 4 ? 4 - c : 4,
        (c, w) -> Math.min(1 + c, w),
        c -> 0,
        true),
    TEACHER_RELIABLE(
        "teacher-reliable",
        c -> 1 + c,
        c -> c < 4 ? 4 - c : 4,
        (c, w) -> (1 + c) * w,
        c -> 0,
        false),
    REJECTION_SAMPLING("rejection-sampling", c -> c, c -> 4 - c, (c, w) -> 0, c -> c, true);

    private final String policy;
    private final IntUnaryOperator desirable;
    private final IntUnaryOperator undesirable;
    private final IntBinaryOperator pairs;
    private final IntUnaryOperator demonstrations;
    private final boolean wrongKept;

    Expected(
        String policy,
        IntUnaryOperator desirable,
        IntUnaryOperator undesirable,
        IntBinaryOperator pairs,
        IntUnaryOperator demonstrations,
        boolean wrongKept) {
      this.policy = policy;
      this.desirable = desirable;
      this.undesirable = undesirable;
      this.pairs = pairs;
      this.demonstrations = demonstrations;
      this.wrongKept = wrongKept;
    }

    private void check(
        Map<String, Problem> some, List<LabelledCompletion> labelled, List<PreferencePair> pairs) {
      assertThat(labelled.stream().filter(LabelledCompletion::getDesirable).count())
          .as("desirable")
          .isEqualTo(sum(some, desirable));
      assertThat(labelled.stream().filter(row -> !row.getDesirable()).count())
          .as("undesirable")
          .isEqualTo(sum(some, undesirable));
      assertThat(pairs)
          .as("pairs")
          .hasSize(sum(some, c -> this.pairs.applyAsInt(c, undesirable.applyAsInt(c))));
    }

    private int sum(Map<String, Problem> some, IntUnaryOperator of) {
      return some.values().stream()
          .filter(problem -> wrongKept || !problem.agreesAgainstTheAnswer())
          .mapToInt(problem -> of.applyAsInt(problem.right()))
          .sum();
    }
  }

  @BeforeAll
  static void read() throws IOException {
    problems = new LinkedHashMap<>();
    for (JsonNode row : SharedFolder.rows(DATA)) {
      Problem problem =
          problems.computeIfAbsent(
              row.get("question").asText(),
              question ->
                  new Problem(row.get("answer").asText(), new ArrayList<>(), new ArrayList<>()));
      problem.solutions().add(row.get("solution").asText());
      problem.labels().add(row.get("is_correct").asBoolean());
    }
    assertThat(problems).hasSize(QUESTIONS);
    assertThat(problems.values()).allMatch(problem -> problem.solutions().size() == ROLLOUTS);
    graded = problems.entrySet().stream().map(row -> graded(row.getKey(), row.getValue())).toList();
  }

  @ParameterizedTest
  @EnumSource(Expected.class)
  void theTopicsHoldWhatThePublishersLabelsImply(Expected expected) {
    int every = expected == Expected.PAPER ? 1 : Integer.getInteger("orcaflow.labels.every", EVERY);
    Map<String, Problem> some = every(every);
    try (FlowDriver flow = driver(expected.policy)) {
      some.forEach(
          (question, problem) -> {
            flow.pipeAtOnce(rollout(question, problem));
            flow.pipeAtOnce(Events.solution(question, problem.answer()));
          });
      judge(flow);
      flow.close(2);

      assertThat(flow.ids(Topics.LABELLED_COMPLETIONS))
          .hasSameSizeAs(flow.out(Topics.LABELLED_COMPLETIONS));
      assertThat(flow.ids(Topics.DEMONSTRATIONS))
          .as("demonstrations")
          .hasSize(some.size() + expected.sum(some, expected.demonstrations));
      flow.ids(Topics.PREFERENCE_PAIRS);
      expected.check(
          some, flow.out(Topics.LABELLED_COMPLETIONS), flow.out(Topics.PREFERENCE_PAIRS));
    }
  }

  @ParameterizedTest
  @EnumSource(Expected.class)
  void theRuleGivesWhatThePublishersLabelsImply(Expected expected) {
    List<Pairing.Rows> rows = ClosedSet.label(graded, Labelling.named(expected.policy));

    expected.check(
        problems,
        rows.stream().flatMap(some -> some.labelled().stream()).toList(),
        rows.stream().flatMap(some -> some.pairs().stream()).toList());
    assertThat(rows.stream().mapToInt(some -> some.demonstrations().size()).sum())
        .isEqualTo(expected.sum(problems, expected.demonstrations));
  }

  /** All questions graded by the matcher, the few undecided ones by the publisher. */
  private static GradedRollout graded(String question, Problem problem) {
    StudentRollout rollout = rollout(question, problem);
    TeacherSolution solution = Events.solution(question, problem.answer());
    Grading grading = new Grading(Judge.UNDECIDED);
    Map<String, Verdict> verdicts = new HashMap<>();
    for (VerdictRequest request : grading.questions(solution, rollout)) {
      verdicts.put(request.getId(), verdict(request, problem));
    }
    return grading.graded(solution, rollout, verdicts).orElseThrow();
  }

  private static StudentRollout rollout(String question, Problem problem) {
    return Events.rollout(question, 2, problem.solutions().toArray(String[]::new));
  }

  private static Verdict verdict(VerdictRequest request, Problem problem) {
    int index = problem.solutions().indexOf(request.getCompletion());
    assertThat(request.getId()).isEqualTo(Ids.rollout(request.getProblemId(), 2, index));
    return Events.verdict(
        rollout(request.getQuestion(), problem),
        index,
        problem.labels().get(index) ? VerdictValue.MATCH : VerdictValue.MISMATCH);
  }

  private static Map<String, Problem> every(int nth) {
    Map<String, Problem> some = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, Problem> problem : problems.entrySet()) {
      if (i++ % nth == 0) {
        some.put(problem.getKey(), problem.getValue());
      }
    }
    return some;
  }

  /** What the matcher cannot decide (a formula for an answer) is decided by the publisher. */
  private static void judge(FlowDriver flow) {
    List<VerdictRequest> requests = flow.out(Topics.VERDICT_REQUESTS);
    assertThat(requests)
        .as("a formula, and seven texts that break off")
        .hasSizeLessThanOrEqualTo(8);
    requests.forEach(request -> flow.pipe(verdict(request, problems.get(request.getQuestion()))));
  }

  private FlowDriver driver(String policy) {
    return new FlowDriver(
        Events.recipe(1),
        Judge.UNDECIDED,
        folder,
        Benchmarks.read(List.of()),
        Labelling.named(policy));
  }
}
