package orcaflow.cli.page;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.events.Alarm;
import orcaflow.events.AlarmKind;
import orcaflow.events.CallOutcome;
import orcaflow.events.CheckValue;
import orcaflow.events.Completion;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.Demonstration;
import orcaflow.events.Evaluation;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Iteration;
import orcaflow.events.Lineage;
import orcaflow.events.ModelCall;
import orcaflow.events.OffsetSpan;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.RunLogEntry;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.TrainingStep;
import orcaflow.events.VerdictDisagreement;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.stack.TopicCatalogue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The topics of a small run, written by hand: three candidates, two of them problems, one with
 * rollouts, two steps and a policy; three calls; and an alarm, a request, a disagreement and a dead
 * letter. Texts are given.
 */
final class SmallRun implements AutoCloseable {

  static final String PROBLEM = Ids.hash("problem", "0");
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final Cluster cluster;
  private final KafkaProducer<String, SpecificRecord> producer;

  /**
   * @param partitions of the topics; the steps consumed rows of the first one
   */
  SmallRun(Cluster cluster, int partitions) {
    this.cluster = cluster;
    TopicCatalogue.apply(cluster, partitions, 1);
    producer =
        new KafkaProducer<>(
            cluster.clientSettings(), new StringSerializer(), Serdes.serializer(cluster));
  }

  /**
   * @param text of each question, solution and completion
   */
  SmallRun write(String text) {
    for (int i = 0; i < 3; i++) {
      candidate(i, text);
    }
    problem(0, text);
    problem(1, text);
    write(
        Topics.REJECTED_CANDIDATES,
        RejectedCandidate.newBuilder()
            .setId("r")
            .setCandidateId("c2")
            .setProblemId(PROBLEM)
            .setQuestion(text)
            .setReason("duplicate")
            .setEvidence(text)
            .setLineage(lineage())
            .build());
    rollouts(text);
    write(
        Topics.DEMONSTRATIONS,
        Demonstration.newBuilder()
            .setId("d")
            .setProblemId(PROBLEM)
            .setQuestion(text)
            .setSolution(text)
            .setSolutionId("s0")
            .setLabelling("rollouts")
            .setLineage(lineage())
            .build());
    write(
        Topics.ITERATIONS,
        Iteration.newBuilder()
            .setId("M1")
            .setNumber(1)
            .setName("M1")
            .setAlgorithm("sft")
            .setRecipe("by hand")
            .setRanges(List.of())
            .setTime(TIME)
            .build());
    step(1, 2.5);
    step(2, 1.5);
    policy();
    attention(text);
    call("a", CallOutcome.ANSWERED, 120, text);
    call("b", CallOutcome.ANSWERED, 80, text);
    call("c", CallOutcome.RATE_LIMITED, 5, text);
    deadLetter(text);
    flush();
    return this;
  }

  /** With an entry in the run's log, so that it can be compared. */
  SmallRun logged() {
    write(Topics.RUN_LOG, new RunLogEntry("l", "student", "by hand", "", "by hand", TIME));
    flush();
    return this;
  }

  void candidate(int number, String text) {
    write(
        Topics.PROBLEM_CANDIDATES,
        ProblemCandidate.newBuilder()
            .setId("c" + number)
            .setProblemId(Ids.hash("problem", Integer.toString(number)))
            .setQuestion(text)
            .setLineage(lineage())
            .build());
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }

  private void problem(int number, String text) {
    write(Topics.PROBLEMS, problemEvent(number, text));
    String id = Ids.hash("problem", Integer.toString(number));
    write(
        Topics.TEACHER_SOLUTIONS,
        TeacherSolution.newBuilder()
            .setId("s" + number)
            .setProblemId(id)
            .setQuestion(text)
            .setSolution(text)
            .setFinalAnswer("7")
            .setStatus(SolutionStatus.USABLE)
            .setLineage(lineage())
            .build());
  }

  private static Problem problemEvent(int number, String text) {
    return Problem.newBuilder()
        .setId(Ids.hash("problem", Integer.toString(number)))
        .setCandidateId("c" + number)
        .setQuestion(text)
        .setLineage(lineage())
        .build();
  }

  private void rollouts(String text) {
    List<Completion> sampled = new ArrayList<>();
    List<GradedCompletion> graded = new ArrayList<>();
    VerdictValue[] verdicts = {
      VerdictValue.MATCH, VerdictValue.MATCH, VerdictValue.MISMATCH, VerdictValue.UNDECIDED
    };
    IntStream.range(0, verdicts.length)
        .forEach(
            i -> {
              sampled.add(
                  Completion.newBuilder()
                      .setId("o" + i)
                      .setIndex(i)
                      .setText(text)
                      .setFinishReason("stop")
                      .build());
              graded.add(
                  GradedCompletion.newBuilder()
                      .setRolloutId("o" + i)
                      .setIndex(i)
                      .setText(text)
                      .setAnswer("7")
                      .setVerdict(verdicts[i])
                      .setReason(i == 0 ? "equal" : text)
                      .build());
            });
    write(
        Topics.STUDENT_ROLLOUTS,
        StudentRollout.newBuilder()
            .setId("g")
            .setProblemId(PROBLEM)
            .setQuestion(text)
            .setIteration(2)
            .setPolicyVersion("M1")
            .setCompletions(sampled)
            .setLineage(lineage())
            .setSamples(verdicts.length)
            .build());
    write(
        Topics.GRADED_ROLLOUTS,
        GradedRollout.newBuilder()
            .setId("g")
            .setProblemId(PROBLEM)
            .setQuestion(text)
            .setIteration(2)
            .setPolicyVersion("M1")
            .setReferenceAnswer("7")
            .setTeacherSolutionId("s0")
            .setCompletions(graded)
            .setLineage(lineage())
            .build());
  }

  private void attention(String text) {
    write(
        Topics.VERDICT_DISAGREEMENTS,
        VerdictDisagreement.newBuilder()
            .setId("o1")
            .setProblemId(PROBLEM)
            .setQuestion(text)
            .setIteration(2)
            .setPolicyVersion("M1")
            .setReferenceAnswer(text)
            .setCompletion(text)
            .setVerdict(VerdictValue.MATCH)
            .setReason(text)
            .setSecondResult(CheckValue.DIFFERENT)
            .setSecondReason(text)
            .setLineage(lineage())
            .build());
    write(
        Topics.ALARMS,
        Alarm.newBuilder()
            .setId("M1/length")
            .setIteration("M1")
            .setPolicyVersion("M1")
            .setKind(AlarmKind.LENGTH)
            .setSentence(text)
            .setCause(text)
            .setAction(text)
            .setTime(TIME)
            .build());
    write(
        Topics.POLICY_REQUESTS,
        PolicyRequest.newBuilder()
            .setId("q/asked")
            .setRequest("q")
            .setAction(PolicyAction.ROLLBACK)
            .setPolicyVersion("M1")
            .setStatus(PolicyRequestStatus.ASKED)
            .setNote(text)
            .setTime(TIME)
            .build());
  }

  private void call(String id, CallOutcome outcome, long millis, String text) {
    boolean answered = outcome == CallOutcome.ANSWERED;
    write(
        Topics.MODEL_CALLS,
        ModelCall.newBuilder()
            .setId(id)
            .setStage("solve")
            .setEndpoint("http://127.0.0.1:1/v1")
            .setModel(text)
            .setServedBy(text)
            .setTexts(answered ? List.of(text) : List.of())
            .setFinishReasons(List.of())
            .setPromptTokens(answered ? 100 : 0)
            .setCompletionTokens(answered ? 50 : 0)
            .setLatencyMillis(millis)
            .setCost(answered ? 0.25 : 0)
            .setAttempts(answered ? 1 : 3)
            .setOutcome(outcome)
            .setTime(TIME)
            .build());
  }

  /** A problem that a stage put aside. */
  private void deadLetter(String text) {
    String topic = Topics.PROBLEMS.deadLettersIn(cluster.run());
    ProducerRecord<String, SpecificRecord> letter =
        new ProducerRecord<>(topic, 0, TIME.toEpochMilli(), PROBLEM, problemEvent(0, text));
    Map.of(
            LetterHeaders.EXCEPTION,
            "java.lang.IllegalStateException",
            LetterHeaders.MESSAGE,
            text,
            LetterHeaders.STAGE,
            "solve",
            LetterHeaders.EVIDENCE,
            text,
            LetterHeaders.TOPIC,
            Topics.PROBLEMS.in(cluster.run()),
            LetterHeaders.PARTITION,
            "0",
            LetterHeaders.OFFSET,
            "0")
        .forEach(
            (name, value) -> letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    producer.send(letter);
  }

  private void step(int number, double loss) {
    write(
        Topics.TRAINING_STEPS,
        TrainingStep.newBuilder()
            .setId("M1/" + number)
            .setIteration("M1")
            .setAlgorithm("sft")
            .setStep(number)
            .setSteps(2)
            .setLoss(loss)
            .setGradNorm(number == 2 ? Double.NaN : 1)
            .setLearningRate(0.001)
            .setExamples(1)
            .setTokens(10)
            .setSeconds(0.5)
            .setTime(TIME)
            .setBatch(number)
            .setConsumed(
                List.of(
                    ConsumedOffsets.newBuilder()
                        .setTopic(Topics.DEMONSTRATIONS.in(cluster.run()))
                        .setPartition(0)
                        .setSpans(List.of(new OffsetSpan(0L, 1L)))
                        .build()))
            .build());
  }

  private void policy() {
    write(
        Topics.POLICIES,
        Policy.newBuilder()
            .setVersion("M1")
            .setIteration(1)
            .setName("M1")
            .setAlgorithm("sft")
            .setStep(2)
            .setExamples(2)
            .setSeconds(1)
            .setWeightsHash("w")
            .setLocation("nowhere")
            .setTime(TIME)
            .build());
    write(
        Topics.EVALUATIONS,
        Evaluation.newBuilder()
            .setId("e")
            .setPolicyVersion("M1")
            .setName("M1")
            .setBenchmark("by-hand@0")
            .setMode("greedy")
            .setTemperature(0)
            .setTopP(1)
            .setN(10)
            .setCorrect(4)
            .setUndecided(0)
            .setAccuracy(0.4)
            .setLow(0.168)
            .setHigh(0.687)
            .setStyles(List.of())
            .setSeconds(1)
            .setTime(TIME)
            .setSamples(1)
            .build());
  }

  private static Lineage lineage() {
    return Lineage.newBuilder()
        .setSeed("seed")
        .setAgent("seed")
        .setRound(0)
        .setIndex(0)
        .setTime(TIME)
        .build();
  }

  private <T extends SpecificRecord> void write(Topic<T> topic, T event) {
    producer.send(new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(event), event));
  }
}
