package orcaflow.bench.ui;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import orcaflow.bench.MadeProblem;
import orcaflow.events.CallOutcome;
import orcaflow.events.Completion;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.ModelCall;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;

/** All events that the stages write for a problem, from its candidate to its rows. */
final class MadeFlow {

  private static final int ITERATION = 2;
  private static final int MAX_TOKENS = 256;
  private static final long LATENCY_MILLIS = 900;
  private static final double COST = 0.0004;
  private static final String LABELLING = "rollouts-else-teacher";

  private final TeacherSolution solution;
  private final GradedRollout group;
  private final Instant time;

  /**
   * @param time of its calls and outcomes
   */
  MadeFlow(int number, Instant time) {
    MadeProblem problem = new MadeProblem(number);
    this.solution = problem.solution();
    this.group = problem.group();
    this.time = time;
  }

  /** Takes an event of a topic. */
  interface Writer {
    <T extends SpecificRecord> void write(Topic<T> topic, T event);
  }

  /** Events of a problem. */
  static int events() {
    List<Object> counted = new ArrayList<>();
    new MadeFlow(0, Instant.EPOCH).writeTo(counting((topic, event) -> counted.add(event)));
    return counted.size();
  }

  private static Writer counting(BiConsumer<Topic<?>, SpecificRecord> taker) {
    return new Writer() {
      @Override
      public <T extends SpecificRecord> void write(Topic<T> topic, T event) {
        taker.accept(topic, event);
      }
    };
  }

  /** Writes them in the order of the flow. */
  void writeTo(Writer writer) {
    candidate(writer);
    writer.write(Topics.TEACHER_SOLUTIONS, solution);
    writer.write(Topics.MODEL_CALLS, call(Stages.SOLVE, solution.getSolution()));
    writer.write(Topics.STAGE_OUTCOMES, outcome(Stages.SOLVE, solution.getProblemId(), 0));
    writer.write(Topics.DEMONSTRATIONS, demonstration());
    rollouts(writer);
    writer.write(Topics.GRADED_ROLLOUTS, group);
    group.getCompletions().forEach(c -> writer.write(Topics.LABELLED_COMPLETIONS, row(c)));
  }

  void candidate(Writer writer) {
    String id = Ids.hash("candidate", solution.getProblemId());
    writer.write(
        Topics.PROBLEM_CANDIDATES,
        ProblemCandidate.newBuilder()
            .setId(id)
            .setProblemId(solution.getProblemId())
            .setQuestion(solution.getQuestion())
            .setLineage(solution.getLineage())
            .build());
    writer.write(
        Topics.PROBLEMS,
        Problem.newBuilder()
            .setId(solution.getProblemId())
            .setCandidateId(id)
            .setQuestion(solution.getQuestion())
            .setLineage(solution.getLineage())
            .build());
  }

  private void rollouts(Writer writer) {
    writer.write(
        Topics.ROLLOUT_REQUESTS,
        RolloutRequest.newBuilder()
            .setId(group.getId())
            .setProblemId(group.getProblemId())
            .setQuestion(group.getQuestion())
            .setIteration(ITERATION)
            .setPolicyVersion(group.getPolicyVersion())
            .setSamples(group.getCompletions().size())
            .setTemperature(0.7)
            .setTopP(0.95)
            .setMaxTokens(MAX_TOKENS)
            .setSeed(1)
            .setLineage(group.getLineage())
            .build());
    writer.write(
        Topics.STUDENT_ROLLOUTS,
        StudentRollout.newBuilder()
            .setId(group.getId())
            .setProblemId(group.getProblemId())
            .setQuestion(group.getQuestion())
            .setIteration(ITERATION)
            .setPolicyVersion(group.getPolicyVersion())
            .setCompletions(group.getCompletions().stream().map(MadeFlow::sampled).toList())
            .setLineage(group.getLineage())
            .setSamples(group.getCompletions().size())
            .build());
    writer.write(Topics.MODEL_CALLS, call(Stages.SAMPLE, group.getCompletions().get(0).getText()));
    writer.write(Topics.STAGE_OUTCOMES, outcome(Stages.SAMPLE, group.getId(), ITERATION));
  }

  private static Completion sampled(GradedCompletion completion) {
    return Completion.newBuilder()
        .setId(completion.getRolloutId())
        .setIndex(completion.getIndex())
        .setText(completion.getText())
        .setFinishReason("stop")
        .build();
  }

  private Demonstration demonstration() {
    return Demonstration.newBuilder()
        .setId(Ids.row("demonstration", 0, LABELLING, solution.getId()))
        .setProblemId(solution.getProblemId())
        .setQuestion(solution.getQuestion())
        .setSolution(solution.getSolution())
        .setSolutionId(solution.getId())
        .setLabelling(LABELLING)
        .setLineage(solution.getLineage())
        .build();
  }

  private LabelledCompletion row(GradedCompletion completion) {
    boolean right = completion.getVerdict() == VerdictValue.MATCH;
    return LabelledCompletion.newBuilder()
        .setId(Ids.row("completion", ITERATION, LABELLING, completion.getRolloutId()))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setCompletion(completion.getText())
        .setDesirable(right)
        .setIteration(ITERATION)
        .setOrigin("student")
        .setResponseId(completion.getRolloutId())
        .setSeed(group.getLineage().getSeed())
        .setPolicyVersion(group.getPolicyVersion())
        .setCorrectCount(
            (int)
                IntStream.range(0, group.getCompletions().size())
                    .filter(i -> group.getCompletions().get(i).getVerdict() == VerdictValue.MATCH)
                    .count())
        .setLabelling(LABELLING)
        .setLineage(group.getLineage())
        .build();
  }

  private ModelCall call(String stage, String text) {
    return ModelCall.newBuilder()
        .setId(Ids.hash("call", stage, group.getId()))
        .setStage(stage)
        .setEndpoint("http://127.0.0.1:1/v1")
        .setModel(stage + "-model")
        .setServedBy(stage + "-model")
        .setTexts(List.of(text))
        .setFinishReasons(List.of("stop"))
        .setPromptTokens(100)
        .setCompletionTokens(80)
        .setLatencyMillis(LATENCY_MILLIS)
        .setCost(COST)
        .setAttempts(1)
        .setOutcome(CallOutcome.ANSWERED)
        .setTime(time)
        .build();
  }

  private StageOutcome outcome(String stage, String input, int iteration) {
    return StageOutcome.newBuilder()
        .setId(Ids.outcome(stage, input))
        .setStage(stage)
        .setProblemId(group.getProblemId())
        .setInputId(input)
        .setIteration(iteration)
        .setOutcome(OutcomeKind.DONE)
        .setOutputs(1)
        .setTime(time)
        .build();
  }
}
