package orcaflow.cli.letters;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageLimits;
import orcaflow.agents.stage.worker.FinishedInputs;
import orcaflow.agents.stage.worker.RunningStage;
import orcaflow.agents.stage.worker.ShareGroups;
import orcaflow.agents.state.StateStore;
import orcaflow.cli.Printed;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Spans;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.testing.Await;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code ./orcaflow dlq} on a real broker, with two stages that read one topic. */
@Timeout(Await.LIMIT_SECONDS)
class DeadLettersIT {

  private static final StageLimits LIMITS =
      new StageLimits(
          1,
          100,
          Duration.ofSeconds(3),
          Duration.ofMillis(200),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10));

  private static Stack stack;
  private static Vertx vertx;

  private volatile boolean modelIsGone = true;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aStageWorksOnARedrivenInputWhoseCauseIsGoneAndNobodyTwice() {
    RedriveLab lab = RedriveLab.on(stack, "causes", 1);
    List<Problem> problems = problems(5);
    writeProblems(lab, problems);
    lab.write(
        List.of(
            new ProducerRecord<>(
                Topics.PROBLEMS.in("causes"),
                RedriveLab.bytes("noise"),
                RedriveLab.bytes("no event \u001b[2J"))));
    try (StateStore state =
            StateStore.temporary(lab.cluster(), List.of(Topics.STAGE_OUTCOMES, Topics.PROBLEMS));
        FinishedInputs finished = new FinishedInputs(lab.cluster(), state);
        MonitoringServer monitoring = MonitoringServer.onFreePort("test");
        RunningStage<Problem> copy =
            run(lab, "copy", input -> copied(input, "copy"), finished, state, monitoring);
        RunningStage<Problem> other =
            run(lab, "other", input -> copied(input, "other"), finished, state, monitoring)) {
      RedriveLab.await("copy failed twice", () -> copy.counts().dead() == 3);
      RedriveLab.await("other is done", () -> other.counts().done() == 5);
      RedriveLab.await("other failed once", () -> other.counts().dead() == 1);

      listsAndShows(lab);
      changesNothing(lab, "redrive", "--dry-run");
      assertThat(lab.dlq("redrive", "--dry-run").text())
          .contains("would redrive 4 letters as 3 records, refused 0");
      assertThat(lab.dlq("redrive", "verdicts").text()).startsWith("redriven 0 letters");

      modelIsGone = false;
      assertThat(lab.dlq("redrive", "problems", "--reason", "model is GONE").text())
          .isEqualTo(
              "  problems               2%nredriven 2 letters as 2 records, refused 0%n"
                  .formatted());
      assertThat(lab.dlq("redrive", "problems", "--reason", "model is GONE").text())
          .isEqualTo("redriven 0 letters as 0 records, refused 0%n".formatted());
      RedriveLab.await("copy has done all", () -> copy.counts().done() == 5);
      RedriveLab.await("other met them again", () -> other.counts().repeated() == 2);
      assertThat(other.counts().done()).isEqualTo(5);

      assertThat(lab.dlq("redrive").text()).contains("redriven 2 letters as 1 records");
      RedriveLab.await("noise stays noise", () -> copy.counts().dead() == 4);
      RedriveLab.await("to both", () -> other.counts().dead() == 2);
      assertThat(lab.dlq("redrive", "--dry-run").text()).contains("2 letters as 1 records");
    }
    assertThat(lab.events(Topics.PROBLEM_CANDIDATES))
        .extracting(ProblemCandidate::getId)
        .hasSize(10)
        .doesNotHaveDuplicates();
    assertThat(lab.events(Topics.STAGE_OUTCOMES))
        .extracting(StageOutcome::getId)
        .doesNotHaveDuplicates();
    assertThat(lab.events(Topics.STAGE_OUTCOMES))
        .filteredOn(outcome -> outcome.getOutcome() == OutcomeKind.DONE)
        .extracting(outcome -> outcome.getStage() + "/" + outcome.getInputId())
        .hasSize(10)
        .doesNotHaveDuplicates();
    ConsumerRecord<byte[], byte[]> newest = last(lab.letters(Topics.PROBLEMS));
    assertThat(LetterHeaders.timesRedriven(newest.headers())).isEqualTo(1);
    assertThat(newest.value()).isEqualTo(RedriveLab.bytes("no event \u001b[2J"));
  }

  private static void listsAndShows(RedriveLab lab) {
    String listed = lab.dlq("ls").text();
    assertThat(listed)
        .containsPattern("problems +copy +IllegalStateException +2 +0 ")
        .containsPattern("problems +copy +SerializationException +1 +0 ")
        .containsPattern("problems +other +SerializationException +1 +0 ");
    assertThat(lab.dlq("ls", "-o", "json").text())
        .contains("\"topic\":\"problems\",\"stage\":\"copy\",\"cause\":\"IllegalStateException\"");
    String shown = lab.dlq("show", "problems", "-n", "-1").text();
    assertThat(shown.replace("\n", "").chars().anyMatch(Character::isISOControl)).isFalse();
    assertThat(shown)
        .contains("came from  causes.problems/0/0")
        .contains("cause      java.lang.IllegalStateException: the model is gone \\u001b[31m")
        .contains("event      {\"id\":\"" + problems(1).get(0).getId())
        .contains("bytes      13 bytes: 6e6f206576656e741b5b324a".substring(0, 20))
        .contains("|no event .[2J|");
    String place = shown.lines().findFirst().orElseThrow().replaceFirst(" .*", "");
    assertThat(lab.dlq("show", place).text()).startsWith(place + "  open");
    assertThat(lab.dlq("show", "problems/0/999").status()).isEqualTo(2);
    assertThat(lab.dlq("show", "nothing").text())
        .contains("'nothing' is no topic with dead letters");
  }

  private static void changesNothing(RedriveLab lab, String... command) {
    int records = lab.records(Topics.PROBLEMS).size();
    int letters = lab.letters(Topics.PROBLEMS).size();
    assertThat(lab.dlq(command).status()).isZero();
    assertThat(lab.records(Topics.PROBLEMS)).hasSize(records);
    assertThat(lab.letters(Topics.PROBLEMS)).hasSize(letters);
  }

  @Test
  void theRecordThatIsRedrivenIsTheOriginal() {
    RedriveLab lab = RedriveLab.on(stack, "originals", 3);
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topics.VERDICTS.deadLettersIn("originals"), null, RedriveLab.bytes("value"));
    letter.headers().add("trace-id", RedriveLab.bytes("abc"));
    LetterHeaders.set(letter.headers(), LetterHeaders.TOPIC, Topics.VERDICTS.in("originals"));
    LetterHeaders.set(letter.headers(), LetterHeaders.PARTITION, "2");
    LetterHeaders.set(letter.headers(), LetterHeaders.OFFSET, "11");
    lab.write(List.of(letter));
    assertThat(lab.dlq("redrive").text()).contains("redriven 1 letters as 1 records");
    assertThat(lab.records(Topics.VERDICTS))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.partition()).isEqualTo(2);
              assertThat(record.key()).isNull();
              assertThat(record.value()).isEqualTo(RedriveLab.bytes("value"));
              assertThat(texts(record))
                  .isEqualTo(Map.of("trace-id", "abc", LetterHeaders.REDRIVEN, "1"));
            });
    assertThat(lab.dlq("ls").text()).containsPattern("verdicts +streams +\\? +0 +1 ");
  }

  @Test
  void aLetterWithoutAPlaceToGoToIsRefusedAndCounted() {
    RedriveLab lab = RedriveLab.on(stack, "refused", 1);
    ProducerRecord<byte[], byte[]> stray =
        new ProducerRecord<>(
            Topics.PROBLEMS.deadLettersIn("refused"), RedriveLab.bytes("k"), RedriveLab.bytes("v"));
    lab.write(List.of(stray));
    lab.writeLetters(Topics.PROBLEMS, List.of("problem-4"));
    Printed printed = lab.dlq("redrive");
    assertThat(printed.status()).isZero();
    assertThat(printed.text())
        .contains("refused problems/0/0: it does not name the record that it was")
        .contains("redriven 1 letters as 1 records, refused 1");
    assertThat(lab.dlq("redrive", "-o", "json").text())
        .contains("\"letters\":0,\"records\":0,\"lettersByTopic\":{},\"refused\":[{")
        .contains("\"letter\":\"problems/0/0\"");
    assertThat(lab.records(Topics.PROBLEMS)).hasSize(1);
  }

  private Future<Reply> copied(Problem input, String stage) {
    Set<String> hard = Set.of(problems(2).get(0).getId(), problems(2).get(1).getId());
    if (modelIsGone && stage.equals("copy") && hard.contains(input.getId())) {
      throw new IllegalStateException("the model is gone \u001b[31m");
    }
    return Future.succeededFuture(
        new Reply.Produced(
            new Output<>(
                Topics.PROBLEM_CANDIDATES,
                ProblemCandidate.newBuilder()
                    .setId(Ids.candidate(input.getId(), stage, 0, 0))
                    .setProblemId(input.getId())
                    .setQuestion(input.getQuestion())
                    .setLineage(input.getLineage())
                    .build())));
  }

  private static RunningStage<Problem> run(
      RedriveLab lab,
      String name,
      Agent<Problem> agent,
      FinishedInputs finished,
      StateStore state,
      MonitoringServer monitoring) {
    Stage<Problem> stage = new Stage<>(name, Topics.PROBLEMS, none -> 0, agent, LIMITS);
    try (ShareGroups groups = ShareGroups.ask(lab.cluster(), List.of(name))) {
      groups.fencePredecessors("0", List.of(stage));
      finished.catchUp();
      return RunningStage.start(groups, "0", stage, finished, state, vertx, monitoring, Spans.NONE);
    }
  }

  private static List<Problem> problems(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "Sam has %d coins. How many coins?".formatted(i))
        .map(
            question ->
                Problem.newBuilder()
                    .setId(Ids.problem(question))
                    .setCandidateId(Ids.candidate(question, "seed", 0, 0))
                    .setQuestion(question)
                    .setLineage(
                        Lineage.newBuilder()
                            .setSeed("00000000000000000000000000000001")
                            .setAgent("seed")
                            .setRound(0)
                            .setIndex(0)
                            .setTime(Instant.EPOCH)
                            .build())
                    .build())
        .toList();
  }

  private static void writeProblems(RedriveLab lab, List<Problem> problems) {
    String topic = Topics.PROBLEMS.in(lab.cluster().run());
    try (Serializer<Problem> serializer = Serdes.serializer(lab.cluster())) {
      lab.write(
          problems.stream()
              .map(
                  problem ->
                      new ProducerRecord<>(
                          topic,
                          RedriveLab.bytes(problem.getId()),
                          serializer.serialize(topic, problem)))
              .toList());
    }
  }

  private static Map<String, String> texts(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> texts = new HashMap<>();
    record
        .headers()
        .forEach(
            header ->
                texts.put(
                    header.key(), LetterHeaders.text(record.headers(), header.key()).orElse("")));
    return texts;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
