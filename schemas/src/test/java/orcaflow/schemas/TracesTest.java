package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.StageOutcome;
import orcaflow.events.TrainingStep;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracesTest {

  private static final Cluster CLUSTER = new Cluster("none:1", "mock://traces", "test");
  private static final String SEED = Ids.candidate("How many?", "seed", 0, 0);
  private static final ProblemCandidate CANDIDATE = candidate(SEED);

  @Test
  void theTraceOfASeedHasItsId() {
    assertThat(trace(Topics.PROBLEM_CANDIDATES, CANDIDATE).traceId()).isEqualTo(SEED);
    assertThat(trace(Topics.PROBLEMS, problem()).traceId()).isEqualTo(SEED);
  }

  @Test
  void everyWriteGivesTheSameHeaderWhateverWasThere() {
    Headers fresh = written(Topics.PROBLEMS, problem(), new RecordHeaders());
    Headers other =
        new RecordHeaders()
            .add(TraceParent.HEADER, text("00-%s-%s-01".formatted("a".repeat(32), "b".repeat(16))))
            .add(TraceParent.HEADER, text("hostile"));
    assertThat(written(Topics.PROBLEMS, problem(), other)).isEqualTo(fresh);
    assertThat(TraceParent.in(fresh)).contains(trace(Topics.PROBLEMS, problem()));
  }

  @Test
  void spansDifferByTopicRunAndId() {
    String id = Ids.problem("How many?");
    assertThat(
            List.of(
                Traces.of(Topics.PROBLEMS, "test").spanId(id),
                Traces.of(Topics.PROBLEMS, "other").spanId(id),
                Traces.of(Topics.SOLVE_RATES, "test").spanId(id),
                Traces.of(Topics.PROBLEMS, "test").spanId("M1/7"),
                Traces.of(Topics.PROBLEMS, "test").spanId("M1/8")))
        .doesNotHaveDuplicates()
        .allMatch(span -> TraceParent.isId(span, 16));
  }

  @Test
  void aBorrowedAnswerIsInTheTraceOfTheProblemThatBorrows() {
    LabelledCompletion row =
        LabelledCompletion.newBuilder()
            .setId(Ids.hash("row"))
            .setProblemId(Ids.hash("problem"))
            .setQuestion("How many?")
            .setCompletion("7")
            .setDesirable(false)
            .setIteration(2)
            .setOrigin("rollout")
            .setResponseId(Ids.hash("response"))
            .setSeed(SEED)
            .setPolicyVersion("p")
            .setCorrectCount(4)
            .setLabelling("paper")
            .setLineage(lineage(Ids.hash("another seed")))
            .build();
    assertThat(trace(Topics.LABELLED_COMPLETIONS, row).traceId()).isEqualTo(SEED);
  }

  @Test
  void theStepsOfAnIterationShareATraceThatAnotherRunDoesNotHave() {
    TraceParent first = trace(Topics.TRAINING_STEPS, step("M1", 1));
    assertThat(trace(Topics.TRAINING_STEPS, step("M1", 2)).traceId()).isEqualTo(first.traceId());
    assertThat(trace(Topics.TRAINING_STEPS, step("M2", 1)).traceId()).isNotEqualTo(first.traceId());
    assertThat(Traces.of(Topics.TRAINING_STEPS, "other").parent(step("M1", 1)).traceId())
        .isNotEqualTo(first.traceId());
  }

  @Test
  void anOutcomeIsInTheTraceThatItsWriterJoinsItTo() {
    StageOutcome outcome = outcome();
    Headers joined = Traces.join(new RecordHeaders(), lineage(SEED));
    assertThat(TraceParent.in(written(Topics.STAGE_OUTCOMES, outcome, joined)))
        .contains(new TraceParent(SEED, trace(Topics.STAGE_OUTCOMES, outcome).spanId()));
    assertThat(TraceParent.in(written(Topics.STAGE_OUTCOMES, outcome, new RecordHeaders())))
        .map(TraceParent::traceId)
        .contains(outcome.getId());
  }

  /** An event from elsewhere may name anything as its seed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "row 7",
        "00000000000000000000000000000000",
        "0AF7651916CD43DD8448EB211C80319C",
        "\u0000\r\n",
        "x-01-y"
      })
  void aSeedOfAnyFormBeginsATrace(String seed) {
    TraceParent parent = trace(Topics.PROBLEM_CANDIDATES, candidate(seed));
    assertThat(parent.traceId()).isNotEqualTo(seed);
    assertThat(trace(Topics.PROBLEM_CANDIDATES, candidate(seed))).isEqualTo(parent);
  }

  @Test
  void whatIsNotOfTheCatalogueHasNoHeader() {
    try (Serializer<SpecificRecord> events = Serdes.serializer(CLUSTER)) {
      for (String topic : List.of("test.streams-grade-open-changelog", "problems", "", "x.y.")) {
        Headers headers = new RecordHeaders();
        events.serialize(topic, headers, problem());
        assertThat(headers).as(topic).isEmpty();
      }
    }
  }

  @Test
  void theBytesOfAnEventDoNotDependOnHeaders() {
    try (Serializer<SpecificRecord> events = Serdes.serializer(CLUSTER)) {
      String topic = Topics.PROBLEMS.in("test");
      assertThat(events.serialize(topic, new RecordHeaders(), problem()))
          .isEqualTo(events.serialize(topic, problem()));
    }
  }

  private static <T extends SpecificRecord> TraceParent trace(Topic<T> topic, T event) {
    return Traces.of(topic, "test").parent(event);
  }

  private static <T extends SpecificRecord> Headers written(
      Topic<T> topic, T event, Headers headers) {
    try (Serializer<T> events = Serdes.serializer(CLUSTER)) {
      events.serialize(topic.in("test"), headers, event);
      return headers;
    }
  }

  private static ProblemCandidate candidate(String seed) {
    return ProblemCandidate.newBuilder()
        .setId(SEED)
        .setProblemId(Ids.problem("How many?"))
        .setQuestion("How many?")
        .setLineage(lineage(seed))
        .build();
  }

  private static Problem problem() {
    return Problem.newBuilder()
        .setId(CANDIDATE.getProblemId())
        .setCandidateId(CANDIDATE.getId())
        .setQuestion(CANDIDATE.getQuestion())
        .setLineage(CANDIDATE.getLineage())
        .build();
  }

  private static StageOutcome outcome() {
    return StageOutcome.newBuilder()
        .setId(Ids.outcome("solve", CANDIDATE.getProblemId()))
        .setStage("solve")
        .setProblemId(CANDIDATE.getProblemId())
        .setInputId(CANDIDATE.getProblemId())
        .setIteration(0)
        .setOutcome(OutcomeKind.DONE)
        .setOutputs(1)
        .setTime(Instant.EPOCH)
        .build();
  }

  private static TrainingStep step(String iteration, int step) {
    return TrainingStep.newBuilder()
        .setId(Ids.step(iteration, step))
        .setIteration(iteration)
        .setAlgorithm("sft")
        .setStep(step)
        .setSteps(10)
        .setLoss(1)
        .setGradNorm(1)
        .setLearningRate(1)
        .setExamples(1)
        .setTokens(1)
        .setSeconds(1)
        .setTime(Instant.EPOCH)
        .build();
  }

  private static Lineage lineage(String seed) {
    return Lineage.newBuilder()
        .setSeed(seed)
        .setAgent("seed")
        .setRound(0)
        .setIndex(0)
        .setTime(Instant.EPOCH)
        .build();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
