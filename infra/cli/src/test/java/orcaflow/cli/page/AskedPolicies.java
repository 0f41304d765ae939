package orcaflow.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.run.Endpoints;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.recipe.RecipeFile;

/** The page asks the policies of a run that works. */
public final class AskedPolicies {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private AskedPolicies() {}

  /**
   * @param dir of a run that works and has a policy
   */
  public static void areGraded(Path dir) throws Exception {
    Endpoints running = Endpoints.read(dir).orElseThrow();
    Cluster cluster = new Cluster(running.bootstrap(), running.registry(), running.run());
    Page.Subject subject =
        new Page.Subject(
            cluster, RecipeFile.read("orca-math", Map.of()).recipe(), true, Optional.of(dir));
    try (Page page = Page.open(subject, Optional.of(0))) {
      JsonNode policies = JSON.readTree(sent(request(page).GET()).body());
      assertThat(policies).isNotEmpty();
      String newest = policies.get(policies.size() - 1).asText();
      JsonNode answer =
          JSON.readTree(asked(page, newest, "Ann has 3 pens and buys 4. How many?", 200));
      assertThat(answer.path("policy").asText()).isEqualTo(newest);
      assertThat(answer.path("finish").asText()).isIn("stop", "length");
      AnswerMatcher.Comparison same =
          AnswerMatcher.compare(
              "7", answer.path("text").asText(), answer.path("finish").asText().equals("length"));
      assertThat(answer.path("verdict").asText()).isEqualTo(same.verdict().toString());
      assertThat(answer.path("reason").asText()).isEqualTo(same.reason());

      assertThat(asked(page, "main-M99", "Ann?", 400)).contains("main-M99");
      assertThat(asked(page, newest, " ", 400)).contains("the question has 0 characters");
      assertThat(sent(request(page).GET().setHeader("X-Orcaflow-Token", "x")).statusCode())
          .isEqualTo(403);
    }
  }

  private static String asked(Page page, String policy, String question, int status)
      throws Exception {
    HttpResponse<String> response =
        sent(
            request(page)
                .POST(
                    BodyPublishers.ofString(
                        JSON.writeValueAsString(
                            Map.of("policy", policy, "question", question, "reference", "7")))));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return response.body();
  }

  private static HttpRequest.Builder request(Page page) {
    return HttpRequest.newBuilder(URI.create(page.url() + "api/ask"))
        .header("X-Orcaflow-Token", page.link().replaceFirst(".*#token=", ""))
        .header("Origin", page.url().replaceFirst("/$", ""));
  }

  private static HttpResponse<String> sent(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
