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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.cli.change.ChangeLog;
import orcaflow.cli.run.BudgetLog;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.RunLog;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.stack.SharedStack;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page changes, and for whom. */
class PageChangesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String REASON = "because of the test";

  private static Cluster cluster;
  private static SmallRun written;
  private static Page page;
  private static String token;

  @BeforeAll
  static void open() throws Exception {
    cluster = SharedStack.get().cluster("page-changes");
    written = new SmallRun(cluster, 1).write("text");
    page =
        Page.open(
            new Page.Subject(
                cluster, RecipeFile.read("orca-math", Map.of()).recipe(), true, Optional.empty()),
            Optional.of(0));
    page.awaitCaughtUp();
    token = page.link().replaceFirst(".*#token=", "");
  }

  @AfterAll
  static void close() {
    page.close();
    written.close();
  }

  private static String origin() {
    return page.url().replaceFirst("/$", "");
  }

  private static HttpResponse<String> post(
      String change, Map<String, String> headers, Map<String, String> fields) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(page.url() + "api/changes/" + change))
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(fields)));
    headers.forEach(request::header);
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode made(String change, Map<String, String> fields) throws Exception {
    HttpResponse<String> response =
        post(change, Map.of("X-Orcaflow-Token", token, "Origin", origin()), fields);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static String refused(String change, Map<String, String> fields) throws Exception {
    HttpResponse<String> response =
        post(change, Map.of("X-Orcaflow-Token", token, "Origin", origin()), fields);
    assertThat(response.statusCode()).isEqualTo(400);
    return JSON.readTree(response.body()).path("error").asText();
  }

  private static List<ChangeLog.Entry> logged() {
    return RunLog.of(cluster).entries().stream()
        .flatMap(entry -> ChangeLog.read(entry).stream())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "none,   own",
        "wrong,  own",
        "right,  none",
        "right,  http://example.org",
        "right,  null",
        "right,  http://127.0.0.1:1",
      })
  void whoHasNoTokenOrIsAnotherSiteChangesNothing(String key, String from) throws Exception {
    Map<String, String> headers = new HashMap<>();
    if (key != null) {
      headers.put("X-Orcaflow-Token", key.equals("right") ? token : token.replace('0', '1') + "0");
    }
    if (from != null) {
      headers.put("Origin", from.equals("own") ? origin() : from);
    }
    int before = logged().size();
    HttpResponse<String> response =
        post("budget", headers, Map.of("amount", "1USD", "because", REASON));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(logged()).hasSize(before);
  }

  @Test
  void aPreviewChangesNothing() throws Exception {
    int before = logged().size();
    assertThat(made("redrive?preview", Map.of()).path("sentence").asText())
        .isEqualTo("would redrive 1 letters as 1 records (problems 1), refused 0");
    assertThat(made("rollback?preview", Map.of("policy", "M1")).path("sentence").asText())
        .isEqualTo("would serve M1 again");
    assertThat(logged()).hasSize(before);
    assertThat(CommittedTopic.all(cluster, Topics.POLICY_REQUESTS)).hasSize(1);
  }

  @Test
  void aBudgetIsSetAndSaysWhoAndWhy() throws Exception {
    made("budget", Map.of("amount", "40USD", "because", REASON));
    assertThat(BudgetLog.of(cluster)).containsEntry(Budget.RUN, Amount.parse("40USD"));
    assertThat(logged())
        .anySatisfy(
            entry -> {
              assertThat(entry.change()).isEqualTo("budget");
              assertThat(entry.who()).isEqualTo(System.getProperty("user.name"));
              assertThat(entry.where()).isEqualTo("page");
              assertThat(entry.why()).contains(REASON);
              assertThat(entry.what()).contains("40");
            });
    Await.until("the change is in the view", Duration.ofSeconds(30), () -> now().contains(REASON));
  }

  private static String now() {
    HttpRequest now = HttpRequest.newBuilder(URI.create(page.url() + "api/now")).build();
    return HTTP.sendAsync(now, BodyHandlers.ofString()).join().body();
  }

  @Test
  void aRequestForAPolicyIsTheEventThatTheTrainerReads() throws Exception {
    made("promote", Map.of("policy", "M1", "because", "M1 was better"));
    List<PolicyRequest> requests = CommittedTopic.all(cluster, Topics.POLICY_REQUESTS);
    assertThat(requests)
        .anySatisfy(
            request -> {
              assertThat(request.getStatus()).isEqualTo(PolicyRequestStatus.ASKED);
              assertThat(request.getNote()).isEqualTo("M1 was better");
            });
  }

  @Test
  void whatIsNotPossibleIsRefusedInASentence() throws Exception {
    assertThat(refused("budget", Map.of("amount", "40USD"))).startsWith("say why");
    assertThat(refused("budget", Map.of("amount", "much", "because", REASON))).contains("much");
    assertThat(refused("promote", Map.of("policy", "M9", "because", REASON)))
        .isEqualTo("there is no policy 'M9'");
    assertThat(refused("redrive", Map.of("topic", "nothing", "because", REASON)))
        .contains("'nothing' is no topic");
    assertThat(refused("stop", Map.of("because", REASON))).contains("'stop' is not possible here");
    assertThat(refused("erase", Map.of("because", REASON))).contains("'erase' is not possible");
  }
}
