package orcaflow.schemas;

import java.util.List;
import java.util.function.Function;
import orcaflow.events.AdmissionRequest;
import orcaflow.events.Alarm;
import orcaflow.events.Closing;
import orcaflow.events.Demonstration;
import orcaflow.events.Evaluation;
import orcaflow.events.GradedRollout;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.ModelCall;
import orcaflow.events.OpenGroup;
import orcaflow.events.Policy;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.RunLogEntry;
import orcaflow.events.SentCall;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.SolveRate;
import orcaflow.events.StageOutcome;
import orcaflow.events.Stall;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.TrainingStep;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictDisagreement;
import orcaflow.events.VerdictRequest;
import org.apache.avro.specific.SpecificRecord;

/** The catalogue: the only list of topics. Creation, documentation and accounting come from it. */
public final class Topics {

  public static final Topic<ProblemCandidate> PROBLEM_CANDIDATES =
      flow(
          "problem-candidates",
          ProblemCandidate.class,
          ProblemCandidate::getProblemId,
          ProblemCandidate::getId);
  public static final Topic<Problem> PROBLEMS =
      flow("problems", Problem.class, Problem::getId, Problem::getId);
  public static final Topic<RejectedCandidate> REJECTED_CANDIDATES =
      flow(
          "rejected-candidates",
          RejectedCandidate.class,
          RejectedCandidate::getProblemId,
          RejectedCandidate::getId);

  /** One partition: the place of a request is its turn. Empty unless near-duplicates are sought. */
  public static final Topic<AdmissionRequest> ADMISSION_REQUESTS =
      log(
          "admission-requests",
          AdmissionRequest.class,
          AdmissionRequest::getId,
          AdmissionRequest::getId);

  public static final Topic<TeacherSolution> TEACHER_SOLUTIONS =
      flow(
          "teacher-solutions",
          TeacherSolution.class,
          TeacherSolution::getProblemId,
          TeacherSolution::getId);
  public static final Topic<RolloutRequest> ROLLOUT_REQUESTS =
      flow(
          "rollout-requests",
          RolloutRequest.class,
          RolloutRequest::getProblemId,
          RolloutRequest::getId);
  public static final Topic<StudentRollout> STUDENT_ROLLOUTS =
      flow(
          "student-rollouts",
          StudentRollout.class,
          StudentRollout::getProblemId,
          StudentRollout::getId);
  public static final Topic<GradedRollout> GRADED_ROLLOUTS =
      flow(
          "graded-rollouts",
          GradedRollout.class,
          GradedRollout::getProblemId,
          GradedRollout::getId);

  /** Empty unless the recipe has a key {@code mixed}. */
  public static final Topic<SolveRate> SOLVE_RATES =
      flow("solve-rates", SolveRate.class, SolveRate::getProblemId, SolveRate::getId);

  public static final Topic<VerdictRequest> VERDICT_REQUESTS =
      flow(
          "verdict-requests",
          VerdictRequest.class,
          VerdictRequest::getProblemId,
          VerdictRequest::getId);
  public static final Topic<Verdict> VERDICTS =
      flow("verdicts", Verdict.class, Verdict::getProblemId, Verdict::getId);

  /** Empty unless {@code grade.secondChecker} is on. */
  public static final Topic<VerdictDisagreement> VERDICT_DISAGREEMENTS =
      flow(
          "verdict-disagreements",
          VerdictDisagreement.class,
          VerdictDisagreement::getProblemId,
          VerdictDisagreement::getId);

  public static final Topic<OpenGroup> OPEN_GROUPS =
      log(
          "open-groups",
          OpenGroup.class,
          group -> Integer.toString(group.getIteration()),
          OpenGroup::getId);
  public static final Topic<Closing> CLOSINGS =
      log("closings", Closing.class, Closing::getId, Closing::getId);
  public static final Topic<Demonstration> DEMONSTRATIONS =
      flow(
          "demonstrations", Demonstration.class, Demonstration::getProblemId, Demonstration::getId);
  public static final Topic<LabelledCompletion> LABELLED_COMPLETIONS =
      flow(
          "labelled-completions",
          LabelledCompletion.class,
          LabelledCompletion::getProblemId,
          LabelledCompletion::getId);
  public static final Topic<PreferencePair> PREFERENCE_PAIRS =
      flow(
          "preference-pairs",
          PreferencePair.class,
          PreferencePair::getProblemId,
          PreferencePair::getId);
  public static final Topic<StageOutcome> STAGE_OUTCOMES =
      flow("stage-outcomes", StageOutcome.class, StageOutcome::getProblemId, StageOutcome::getId);
  public static final Topic<ModelCall> MODEL_CALLS =
      flow("model-calls", ModelCall.class, ModelCall::getId, ModelCall::getId);
  public static final Topic<SentCall> SENT_CALLS =
      flow("sent-calls", SentCall.class, SentCall::getCall, SentCall::getId);
  public static final Topic<Iteration> ITERATIONS =
      log("iterations", Iteration.class, Iteration::getName, Iteration::getId);
  public static final Topic<Policy> POLICIES =
      log("policies", Policy.class, Policy::getVersion, Policy::getVersion);
  public static final Topic<PolicyRequest> POLICY_REQUESTS =
      log("policy-requests", PolicyRequest.class, PolicyRequest::getRequest, PolicyRequest::getId);
  public static final Topic<Alarm> ALARMS =
      log("alarms", Alarm.class, Alarm::getIteration, Alarm::getId);
  public static final Topic<Stall> STALLS =
      log("stalls", Stall.class, Stall::getPart, Stall::getId);
  public static final Topic<TrainingStep> TRAINING_STEPS =
      log("training-steps", TrainingStep.class, TrainingStep::getIteration, TrainingStep::getId);
  public static final Topic<SetAsideBatch> SET_ASIDE_BATCHES =
      log(
          "set-aside-batches",
          SetAsideBatch.class,
          SetAsideBatch::getIteration,
          SetAsideBatch::getId);
  public static final Topic<Evaluation> EVALUATIONS =
      log("evaluations", Evaluation.class, Evaluation::getPolicyVersion, Evaluation::getId);
  public static final Topic<RunLogEntry> RUN_LOG =
      log("run-log", RunLogEntry.class, RunLogEntry::getKind, RunLogEntry::getId);

  private static final List<Topic<?>> ALL =
      List.of(
          PROBLEM_CANDIDATES,
          PROBLEMS,
          REJECTED_CANDIDATES,
          ADMISSION_REQUESTS,
          TEACHER_SOLUTIONS,
          ROLLOUT_REQUESTS,
          STUDENT_ROLLOUTS,
          GRADED_ROLLOUTS,
          SOLVE_RATES,
          VERDICT_REQUESTS,
          VERDICTS,
          VERDICT_DISAGREEMENTS,
          OPEN_GROUPS,
          CLOSINGS,
          DEMONSTRATIONS,
          LABELLED_COMPLETIONS,
          PREFERENCE_PAIRS,
          STAGE_OUTCOMES,
          MODEL_CALLS,
          SENT_CALLS,
          ITERATIONS,
          POLICIES,
          POLICY_REQUESTS,
          ALARMS,
          STALLS,
          TRAINING_STEPS,
          SET_ASIDE_BATCHES,
          EVALUATIONS,
          RUN_LOG);

  /** Inputs of the stages of agents-svc and streams: these have a dead-letter topic. */
  private static final List<Topic<?>> WITH_DEAD_LETTERS =
      List.of(
          PROBLEM_CANDIDATES,
          ADMISSION_REQUESTS,
          PROBLEMS,
          TEACHER_SOLUTIONS,
          ROLLOUT_REQUESTS,
          STUDENT_ROLLOUTS,
          GRADED_ROLLOUTS,
          SOLVE_RATES,
          VERDICT_REQUESTS,
          VERDICTS,
          OPEN_GROUPS,
          CLOSINGS);

  private Topics() {}

  /** Every topic of a run, in flow order, dead letters aside. */
  public static List<Topic<?>> all() {
    return ALL;
  }

  /** Topics whose readers may put a record aside in {@code <topic>.dlq}. */
  public static List<Topic<?>> withDeadLetters() {
    return WITH_DEAD_LETTERS;
  }

  /**
   * The topic of that name, without run prefix.
   *
   * @throws IllegalArgumentException if the catalogue has none
   */
  public static Topic<?> named(String name) {
    return ALL.stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "topic '%s' is not in the catalogue; it has %s"
                        .formatted(name, ALL.stream().map(Topic::name).toList())));
  }

  private static <T extends SpecificRecord> Topic<T> flow(
      String name, Class<T> type, Function<T, String> keyOf, Function<T, String> idOf) {
    return new Topic<>(name, type, keyOf, idOf, Topic.Spread.RUN);
  }

  private static <T extends SpecificRecord> Topic<T> log(
      String name, Class<T> type, Function<T, String> keyOf, Function<T, String> idOf) {
    return new Topic<>(name, type, keyOf, idOf, Topic.Spread.ONE);
  }
}
