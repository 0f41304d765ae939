package orcaflow.cli.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.cli.run.Endpoints;
import orcaflow.schemas.answer.AnswerMatcher;

/** Asks the policies of a run that works a question, greedily, and grades what they answer. */
final class PolicyQuestions {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LONGEST_QUESTION = 4_000;
  private static final int OK = 200;

  private final Optional<Path> dir;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /**
   * @param dir folder of the run on this machine; empty for a run elsewhere
   */
  PolicyQuestions(Optional<Path> dir) {
    this.dir = dir;
  }

  /**
   * An answer.
   *
   * @param finish why it ended: {@code stop} or {@code length}
   * @param answer what the grader read in the text
   * @param verdict on the answer; nothing without a reference
   */
  record Answer(
      String policy,
      String text,
      String finish,
      Optional<String> answer,
      Optional<String> verdict,
      Optional<String> reason) {}

  /** Versions of the policies that can be asked, in the order of their making. */
  List<String> policies() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(address("/v1/models")).timeout(PATIENCE).build();
    List<String> versions = new ArrayList<>();
    sent(request).path("data").forEach(model -> versions.add(model.path("id").asText()));
    return versions;
  }

  /**
   * Asks.
   *
   * @param fields {@code question}, {@code policy}, and {@code reference}, the right answer, if it
   *     is known
   */
  Answer ask(Map<String, String> fields) throws Exception {
    String question = fields.getOrDefault("question", "").strip();
    if (question.isEmpty() || question.length() > LONGEST_QUESTION) {
      throw new PageChanges.Refused(
          "the question has %,d characters: 1 to %,d are needed"
              .formatted(question.length(), LONGEST_QUESTION));
    }
    String policy = fields.getOrDefault("policy", "");
    String body =
        JSON.createObjectNode()
            .put("model", policy)
            .put("temperature", 0)
            .set(
                "messages",
                JSON.createArrayNode()
                    .add(JSON.createObjectNode().put("role", "user").put("content", question)))
            .toString();
    HttpRequest request =
        HttpRequest.newBuilder(address("/v1/chat/completions"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    JsonNode choice = sent(request).path("choices").path(0);
    String text = choice.path("message").path("content").asText();
    return graded(
        policy,
        text,
        choice.path("finish_reason").asText(),
        Optional.ofNullable(fields.get("reference")).filter(given -> !given.isBlank()));
  }

  private static Answer graded(
      String policy, String text, String finish, Optional<String> reference) {
    Optional<AnswerMatcher.Comparison> comparison =
        reference.map(right -> AnswerMatcher.compare(right, text, finish.equals("length")));
    return new Answer(
        policy,
        text,
        finish,
        comparison.flatMap(AnswerMatcher.Comparison::answer),
        comparison.map(found -> found.verdict().toString()),
        comparison.map(AnswerMatcher.Comparison::reason));
  }

  private URI address(String path) throws IOException, UnknownId {
    Optional<Endpoints> running =
        dir.isPresent() ? Endpoints.read(dir.get()).filter(Endpoints::alive) : Optional.empty();
    return running
        .flatMap(Endpoints::policyServer)
        .map(url -> URI.create(url + path))
        .orElseThrow(
            () ->
                new UnknownId(
                    "no policy can be asked: that needs a run that works in a folder of this"
                        + " machine ('./orcaflow up')"));
  }

  private JsonNode sent(HttpRequest request) throws Exception {
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    JsonNode body = read(response.body());
    if (response.statusCode() != OK) {
      throw new PageChanges.Refused(
          "the policy server says: %s"
              .formatted(body.path("error").path("message").asText(response.body())));
    }
    return body;
  }

  private static JsonNode read(String body) throws PageChanges.Refused {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new PageChanges.Refused("the policy server sent no JSON");
    }
  }
}
