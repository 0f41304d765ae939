package orcaflow.cli.dataset;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import orcaflow.events.CallOutcome;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.ModelCall;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;

/** Events of a small run, written out by hand. */
final class HandMade implements Source {

  static final String LABELLING = "paper@0123456789ab";
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final Map<String, List<SpecificRecord>> events = new TreeMap<>();

  <T extends SpecificRecord> HandMade with(Topic<T> topic, T event) {
    events.computeIfAbsent(topic.name(), name -> new ArrayList<>()).add(event);
    return this;
  }

  @Override
  public <T extends SpecificRecord> void each(Topic<T> topic, Consumer<T> reader) {
    events
        .getOrDefault(topic.name(), List.of())
        .forEach(event -> reader.accept(topic.type().cast(event)));
  }

  List<SpecificRecord> of(Topic<?> topic) {
    return events.getOrDefault(topic.name(), List.of());
  }

  /** Every kind once a problem, and a second problem that was never sampled. */
  static HandMade small() {
    HandMade made = new HandMade();
    made.problem("p2", null, "p1", 1);
    made.problem("p1", "7", null, 0);
    made.solved("p1", VerdictValue.MATCH, VerdictValue.MISMATCH, VerdictValue.UNDECIDED);
    made.with(Topics.TEACHER_SOLUTIONS, solution("p2", "Half of 9.\n#### 4.5", "4.5", null));
    made.rejected("r1", "duplicate", "p1");
    made.call("call-1", "suggest-and-edit", CallOutcome.ANSWERED, 0.1);
    made.call("call-2", "solve", CallOutcome.ANSWERED, 0.2);
    made.call("call-3", "solve", CallOutcome.REFUSED, 0);
    return made;
  }

  /** So many problems, each with four rollouts, of which {@code number % 5} are right. */
  static HandMade of(int problems) {
    HandMade made = new HandMade();
    for (int number = 0; number < problems; number++) {
      String id = "problem-%03d".formatted(number);
      made.problem(id, number % 2 == 0 ? "7" : null, number % 3 == 0 ? null : "problem-000", 0);
      VerdictValue[] verdicts = new VerdictValue[4];
      for (int i = 0; i < 4; i++) {
        verdicts[i] = i < number % 5 ? VerdictValue.MATCH : VerdictValue.MISMATCH;
      }
      made.solved(id, verdicts);
      made.rejected("rejected-%03d".formatted(number), "too-short", id);
      made.call("call-%03d".formatted(number), "solve", CallOutcome.ANSWERED, 0);
    }
    return made;
  }

  private void problem(String id, String expected, String parent, int round) {
    with(
        Topics.PROBLEMS,
        Problem.newBuilder()
            .setId(id)
            .setCandidateId("c-" + id)
            .setQuestion("How much is %s? \"é\"".formatted(id))
            .setExpectedAnswer(expected)
            .setSource(parent == null ? "hand" : null)
            .setLineage(lineage(parent == null ? "seed" : "suggest-and-edit", parent, round, null))
            .build());
  }

  private void solved(String problem, VerdictValue... verdicts) {
    with(Topics.TEACHER_SOLUTIONS, solution(problem, "It is 7.\n#### 7", "7", null));
    with(
        Topics.DEMONSTRATIONS,
        Demonstration.newBuilder()
            .setId("d-" + problem)
            .setProblemId(problem)
            .setQuestion(question(problem))
            .setSolution("It is 7.\n#### 7")
            .setSolutionId("s-" + problem)
            .setLabelling(LABELLING)
            .setLineage(lineage("solve", null, 0, "teacher-model"))
            .build());
    List<GradedCompletion> completions = new ArrayList<>();
    for (int i = 0; i < verdicts.length; i++) {
      completions.add(
          GradedCompletion.newBuilder()
              .setRolloutId("o-%s-%d".formatted(problem, i))
              .setIndex(i)
              .setText("#### " + i)
              .setAnswer(Integer.toString(i))
              .setVerdict(verdicts[i])
              .setReason("equal")
              .build());
      if (verdicts[i] != VerdictValue.UNDECIDED) {
        label(problem, i, verdicts[i] == VerdictValue.MATCH);
      }
    }
    with(
        Topics.GRADED_ROLLOUTS,
        GradedRollout.newBuilder()
            .setId("g-" + problem)
            .setProblemId(problem)
            .setQuestion(question(problem))
            .setIteration(2)
            .setPolicyVersion("main-M1-9-abcdef01")
            .setReferenceAnswer("7")
            .setTeacherSolutionId("s-" + problem)
            .setCompletions(completions)
            .setLineage(lineage("sample", null, 0, null))
            .build());
    with(
        Topics.PREFERENCE_PAIRS,
        PreferencePair.newBuilder()
            .setId("pair-" + problem)
            .setProblemId(problem)
            .setQuestion(question(problem))
            .setChosen("#### 7")
            .setRejected("#### 1")
            .setChosenId("s-" + problem)
            .setRejectedId("o-" + problem + "-1")
            .setIteration(2)
            .setSeed("seed-1")
            .setPolicyVersion("main-M1-9-abcdef01")
            .setCorrectCount(1)
            .setLabelling(LABELLING)
            .setLineage(lineage("solve", null, 0, "teacher-model"))
            .build());
  }

  private void label(String problem, int index, boolean desirable) {
    with(
        Topics.LABELLED_COMPLETIONS,
        LabelledCompletion.newBuilder()
            .setId("l-%s-%d".formatted(problem, index))
            .setProblemId(problem)
            .setQuestion(question(problem))
            .setCompletion("#### " + index)
            .setDesirable(desirable)
            .setIteration(2)
            .setOrigin("rollout")
            .setResponseId("o-%s-%d".formatted(problem, index))
            .setSeed("seed-1")
            .setPolicyVersion("main-M1-9-abcdef01")
            .setCorrectCount(1)
            .setLabelling(LABELLING)
            .setLineage(lineage("sample", null, 0, "student"))
            .build());
  }

  private void rejected(String id, String reason, String problem) {
    with(
        Topics.REJECTED_CANDIDATES,
        RejectedCandidate.newBuilder()
            .setId(id)
            .setCandidateId("c-" + id)
            .setProblemId(problem)
            .setQuestion(question(problem))
            .setReason(reason)
            .setEvidence("is " + problem)
            .setLineage(lineage("ask-me-anything", problem, 0, "agents-model"))
            .build());
  }

  private void call(String id, String stage, CallOutcome outcome, double cost) {
    boolean answered = outcome == CallOutcome.ANSWERED;
    with(
        Topics.MODEL_CALLS,
        ModelCall.newBuilder()
            .setId(id)
            .setStage(stage)
            .setEndpoint("http://127.0.0.1:1234/v1")
            .setModel("teacher-model")
            .setServedBy("teacher-model")
            .setTexts(answered ? List.of("It is 7.") : List.of())
            .setFinishReasons(answered ? List.of("stop") : List.of())
            .setPromptTokens(answered ? 100 : 0)
            .setCompletionTokens(answered ? 20 : 0)
            .setLatencyMillis(250)
            .setCost(cost)
            .setAttempts(1)
            .setOutcome(outcome)
            .setTime(TIME)
            .build());
  }

  private static TeacherSolution solution(
      String problem, String text, String answer, String expected) {
    return TeacherSolution.newBuilder()
        .setId("s-" + problem)
        .setProblemId(problem)
        .setQuestion(question(problem))
        .setSolution(text)
        .setFinalAnswer(answer)
        .setExpectedAnswer(expected)
        .setStatus(SolutionStatus.USABLE)
        .setLineage(lineage("solve", null, 0, "teacher-model"))
        .build();
  }

  private static String question(String problem) {
    return "How much is %s? \"é\"".formatted(problem);
  }

  private static Lineage lineage(String agent, String parent, int round, String model) {
    return Lineage.newBuilder()
        .setSeed("seed-1")
        .setParent(parent)
        .setAgent(agent)
        .setRound(round)
        .setIndex(0)
        .setModel(model)
        .setTime(TIME)
        .build();
  }
}
