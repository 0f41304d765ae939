package orcaflow.cli.letters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orcaflow.cli.Main;
import orcaflow.events.Lineage;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.stack.Stack;
import orcaflow.streams.StreamsConfig;
import orcaflow.streams.StreamsService;
import orcaflow.testing.Await;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka Streams puts aside is redriven as what the agents put aside. */
@Timeout(Await.LIMIT_SECONDS)
class StreamsLettersIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path home;

  /** The registry has lost a schema and gets it back. */
  @Test
  void aCandidateThatCanBeReadAgainIsAdmittedOnce() throws Exception {
    try (Stack stack = Stack.start(home.resolve("stack"))) {
      RedriveLab lab = RedriveLab.on(stack, "main", 1);
      String topic = Topics.PROBLEM_CANDIDATES.in("main");
      int lost = register(lab, "spare-value", schema("for the number")) + 1;
      try (StreamsService service =
          StreamsService.start(
              lab.cluster(), StreamsConfig.embedded(home.resolve("state")), recipe(), List.of())) {
        lab.write(
            List.of(
                new ProducerRecord<>(topic, RedriveLab.bytes("k"), value(lab, topic, lost)),
                new ProducerRecord<>(topic, RedriveLab.bytes("k"), RedriveLab.bytes("noise"))));
        RedriveLab.await(
            "both are put aside", () -> lab.letters(Topics.PROBLEM_CANDIDATES).size() == 2);
        assertThat(lab.dlq("ls").text())
            .containsPattern("problem-candidates +streams +\\w+ +2 +0 ");

        assertThat(register(lab, topic + "-value", schema("found again"))).isEqualTo(lost);
        assertThat(lab.dlq("redrive").text()).contains("redriven 2 letters as 2 records");
        RedriveLab.await("one is admitted", () -> lab.records(Topics.PROBLEMS).size() == 1);
        RedriveLab.await(
            "the other is put aside again",
            () -> lab.dlq("redrive", "--dry-run").text().contains("1 letters"));
        assertThat(lab.dlq("redrive").text()).contains("redriven 1 letters as 1 records");
        RedriveLab.await(
            "and again", () -> lab.dlq("redrive", "--dry-run").text().contains("1 letters"));
      }
      assertThat(lab.records(Topics.PROBLEMS)).hasSize(1);
      assertThat(lab.letters(Topics.PROBLEM_CANDIDATES))
          .filteredOn(letter -> letter.value() != null)
          .extracting(letter -> LetterHeaders.timesRedriven(letter.headers()))
          .containsExactly(0L, 0L, 1L, 2L);
    }
    assertThat(orcaflow("dlq", "ls", "--dir", home.toString()))
        .as("nothing runs in the folder")
        .containsPattern("problem-candidates +streams +\\w+ +1 +3 ");
  }

  private static Recipe recipe() throws IOException {
    try (InputStream text = Main.class.getResourceAsStream("tiny.yaml")) {
      String recipe = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      return RecipeFile.parse("tiny", recipe, Map.of()).recipe();
    }
  }

  private static String orcaflow(String... command) {
    StringWriter text = new StringWriter();
    Main.commandLine().setOut(new PrintWriter(text)).execute(command);
    return text.toString();
  }

  private static byte[] value(RedriveLab lab, String topic, int schema) {
    String question = "Sam has 3 coins and finds 4 more. How many coins has Sam now?";
    ProblemCandidate candidate =
        ProblemCandidate.newBuilder()
            .setId(Ids.candidate(question, "seed", 0, 0))
            .setProblemId(Ids.problem(question))
            .setQuestion(question)
            .setLineage(
                Lineage.newBuilder()
                    .setSeed("00000000000000000000000000000001")
                    .setAgent("seed")
                    .setRound(0)
                    .setIndex(0)
                    .setTime(Instant.EPOCH)
                    .build())
            .build();
    try (Serializer<ProblemCandidate> serializer = Serdes.serializer(lab.cluster())) {
      byte[] bytes = serializer.serialize(topic, candidate);
      ByteBuffer.wrap(bytes).putInt(1, schema);
      return bytes;
    }
  }

  private static String schema(String doc) {
    return Topics.PROBLEM_CANDIDATES
        .schema()
        .toString()
        .replaceFirst("\"doc\":\"[^\"]*\"", "\"doc\":\"" + doc + "\"");
  }

  private static int register(RedriveLab lab, String subject, String schema)
      throws IOException, InterruptedException {
    ObjectMapper json = new ObjectMapper();
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(lab.cluster().registry() + "/subjects/" + subject + "/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        json.writeValueAsString(Map.of("schema", schema))))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json.readTree(response.body()).get("id").asInt();
  }
}
