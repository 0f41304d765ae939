package orcaflow.cli.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import orcaflow.cli.Main;
import orcaflow.cli.Printed;
import orcaflow.cli.lineage.Tracer;
import orcaflow.cli.replay.Comparison;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.stack.SharedStack;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of a run with a real broker and registry, asked over HTTP. */
class PageIT {

  private static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u2028\u0000 {{7*7}}";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Cluster cluster;
  private static Recipe recipe;
  private static SmallRun written;
  private static Page page;

  @BeforeAll
  static void open() throws Exception {
    cluster = SharedStack.get().cluster("page");
    recipe = RecipeFile.read("orca-math", Map.of()).recipe();
    written = new SmallRun(cluster, 1).write(HOSTILE);
    page = Page.open(subject(cluster), Optional.of(0));
    page.awaitCaughtUp();
  }

  private static Page.Subject subject(Cluster cluster) {
    return new Page.Subject(cluster, recipe, true, Optional.empty());
  }

  @AfterAll
  static void close() {
    page.close();
    written.close();
  }

  @Test
  void theFunnelHasTheNumbersOfStatusAndAddsUp() throws Exception {
    JsonNode funnel = get("/api/funnel");
    Map<String, Long> counts = new TreeMap<>();
    funnel.path("lines").forEach(line -> counts.put(name(line), line.path("count").asLong()));

    assertThat(counts)
        .containsEntry("candidates", 3L)
        .containsEntry("admitted", 2L)
        .containsEntry("rejected: duplicate", 1L)
        .containsEntry("solutions", 2L)
        .containsEntry("usable", 2L)
        .containsEntry("rollouts", 4L)
        .containsEntry("match", 2L)
        .containsEntry("mismatch", 1L)
        .containsEntry("undecided", 1L)
        .containsEntry("demonstrations", 1L);
    Printed status = Printed.by(cluster, List.of("status", "-o", "json", "--recipe", "orca-math"));
    JsonNode facts = JSON.readTree(status.text());
    assertThat(facts.path("funnel")).isEqualTo(funnel.path("funnel"));
    assertThat(facts.path("position")).isEqualTo(get("/api/now").path("position"));
    assertThat(facts.path("position").path("iteration").asText()).isEqualTo("M2");
    assertThat(facts.path("parts")).hasSameSizeAs(get("/api/now").path("stages"));
    assertThat(facts.path("scores").path(0).path("greedy").path("low").asDouble())
        .isEqualTo(0.168, within(0.001));
    assertThat(facts.path("cost").path("calls").asLong()).isEqualTo(2);
    assertThat(facts.path("cost").path("money").asDouble()).isEqualTo(0.5, within(1e-9));
  }

  /** Verdicts are parts of groups, and dead letters have no record here. */
  @Test
  void everyNumberOfTheFunnelLeadsToThatManyRecords() throws Exception {
    for (JsonNode line : get("/api/funnel").path("lines")) {
      String query = query(line.path("where"));
      JsonNode records = get("/api/records/" + line.path("topic").asText() + query);
      long wanted = line.path("count").asLong();
      boolean ofGroups =
          name(line).equals("rollouts") || line.path("topic").asText().equals("graded-rollouts");
      assertThat(records.path("records"))
          .as(name(line))
          .hasSize((int) (ofGroups ? Math.min(1, wanted) : wanted));
    }
  }

  @Test
  void nowSaysInASentenceWhatRuns() throws Exception {
    JsonNode now = get("/api/now");

    assertThat(now.path("sentence").asText())
        .startsWith("No iteration is open; ")
        .endsWith("; the newest policy is M1, pass@1 0.400 [0.168, 0.687] greedy.");
    JsonNode admit = now.path("stages").path(0);
    assertThat(admit.path("name").asText()).isEqualTo("admit");
    assertThat(admit.path("done").asLong()).isEqualTo(3);
    assertThat(admit.path("waiting").asLong()).isZero();
  }

  @Test
  void curvesComeInColumnsFromAnyPositionAndHaveGapsForWhatIsNoNumber() throws Exception {
    JsonNode all = get("/api/curves");
    assertThat(all.path("ids").toString()).isEqualTo("[\"M1/1\",\"M1/2\"]");
    assertThat(all.path("columns").path("loss").toString()).isEqualTo("[2.5,1.5]");
    assertThat(all.path("columns").path("gradNorm").toString()).isEqualTo("[1.0,null]");

    JsonNode last = get("/api/curves?from=1");
    assertThat(last.path("total").asInt()).isEqualTo(2);
    assertThat(last.path("columns").path("loss").toString()).isEqualTo("[1.5]");
    assertThat(get("/api/curves?from=99").path("from").asInt()).isEqualTo(2);
  }

  @Test
  void moneyHasTheNumbersOfTheCommand() throws Exception {
    Await.until(
        "the calls are counted",
        Duration.ofMinutes(1),
        () -> {
          try {
            return get("/api/money").path("complete").asBoolean();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    JsonNode money = get("/api/money");

    assertThat(money.path("cost").asDouble()).isEqualTo(0.5);
    assertThat(money.path("perHour").asDouble()).as("0.50 in five minutes").isEqualTo(6);
    assertThat(money.path("rows").asLong()).isEqualTo(1);
    assertThat(money.path("perRow").asDouble()).isEqualTo(0.5);
    assertThat(money.path("waiting")).isEmpty();
    JsonNode row = money.path("calls").path(0);
    assertThat(row.path("answered").asLong()).isEqualTo(2);
    assertThat(row.path("failed").toString()).isEqualTo("{\"RATE_LIMITED\":1}");
    assertThat(row.path("attempts").asLong()).isEqualTo(5);
    assertThat(row.path("completionTokens").asLong()).isEqualTo(100);
    assertThat(row.path("medianMillis").asLong()).isBetween(79L, 81L);
    assertThat(row.path("p99Millis").asLong()).isBetween(119L, 121L);

    Printed printed = Printed.by(cluster, List.of("calls", "-o", "json"));
    assertThat(JSON.readTree(printed.text())).containsExactly(row);
    assertThat(Printed.by(cluster, List.of("calls")).text())
        .startsWith("STAGE ")
        .containsPattern("solve +2 +1 +200 +100 +0\\.5000 +80 +120 +.*\\{RATE_LIMITED=1}");
  }

  @Test
  void statusIsPrintedAgainUntilItIsStopped() throws Exception {
    List<String> command =
        List.of("status", "--watch", "-o", "json", "--recipe", "orca-math", "--bootstrap");
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(cluster.bootstrap(), "--registry", cluster.registry()));
    all.addAll(List.of("--run", cluster.run()));
    StringWriter text = new StringWriter();
    Thread watching =
        new Thread(
            () ->
                Main.commandLine()
                    .setOut(new PrintWriter(text))
                    .setErr(new PrintWriter(text))
                    .execute(all.toArray(String[]::new)));
    watching.start();
    Await.until(
        "two lines", Duration.ofMinutes(1), () -> text.toString().split("\n", -1).length > 2);
    watching.interrupt();
    watching.join();
    JsonNode first = JSON.readTree(text.toString().split("\n")[0]);
    assertThat(first.path("funnel")).isEqualTo(get("/api/funnel").path("funnel"));
  }

  @Test
  void theRunIsInTheListOfRuns() throws Exception {
    Printed printed = Printed.by(cluster, List.of("runs", "-o", "json"), false);
    JsonNode row = null;
    for (JsonNode each : JSON.readTree(printed.text())) {
      row = each.path("run").asText().equals(cluster.run()) ? each : row;
    }
    assertThat(row).as(printed.text()).isNotNull();
    assertThat(row.path("policies").asInt()).isEqualTo(1);
    assertThat(row.path("newest").asText()).isEqualTo("M1");
    assertThat(row.path("trained").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(row.path("recipe").isNull()).isTrue();
    assertThat(row.path("greedy").path("accuracy").asDouble()).isEqualTo(0.4);
    assertThat(Printed.by(cluster, List.of("runs"), false).text())
        .startsWith("RUN ")
        .containsPattern(cluster.run() + " +- +- +1 +M1 +0\\.400 \\[0\\.168, 0\\.687\\] \\(M1\\)");
  }

  @Test
  void aStepShowsItsRowsAndAProblemItsRollouts() throws Exception {
    JsonNode step = get("/api/step/M1/2");
    assertThat(step.path("rows")).hasSize(1);
    assertThat(step.path("rows").path(0).path("answers").path(0).asText()).isEqualTo(HOSTILE);

    JsonNode problem = get("/api/problem/" + SmallRun.PROBLEM);
    assertThat(problem.path("question").asText()).isEqualTo(HOSTILE);
    assertThat(problem.path("solutions").path(0).path("text").asText()).isEqualTo(HOSTILE);
    assertThat(problem.path("rollouts").path(0).path("completions"))
        .extracting(completion -> completion.path("verdict").asText())
        .containsExactly("MATCH", "MATCH", "MISMATCH", "UNDECIDED");
    assertThat(problem.path("steps").toString()).isEqualTo("[\"M1/1\",\"M1/2\"]");
  }

  @Test
  void whatTheIndexFindsIsWhatAScanOfTheTopicsFinds() throws Exception {
    try (Tracer scanning = new Tracer(cluster)) {
      assertThat(get("/api/problem/" + SmallRun.PROBLEM))
          .isEqualTo(JSON.readTree(ViewJson.of(scanning.problem(SmallRun.PROBLEM))));
      for (String step : scanning.stepIds()) {
        assertThat(get("/api/step/" + step))
            .isEqualTo(JSON.readTree(ViewJson.of(scanning.step(step))));
      }
    }
  }

  @Test
  void scoresHaveTheIntervalOfTheEvaluation() throws Exception {
    JsonNode policy = get("/api/scores").path("policies").path(0);

    assertThat(policy.path("version").asText()).isEqualTo("M1");
    assertThat(policy.path("greedy").path("low").asDouble()).isEqualTo(0.168);
    assertThat(policy.has("sampled")).isFalse();
  }

  @Test
  void verdictsHaveTheReasonsThatTheCommandCounts() throws Exception {
    JsonNode verdicts = get("/api/verdicts");

    assertThat(verdicts.path("reasons"))
        .extracting(row -> row.path("verdict").asText() + " " + row.path("reason").asText())
        .containsExactlyInAnyOrder(
            "MATCH equal", "MATCH other", "MISMATCH other", "UNDECIDED other");
    assertThat(printed("verdicts", "ls")).isEqualTo(verdicts.path("reasons"));
    assertThat(verdicts.path("disagreements").asLong()).isEqualTo(1);
    assertThat(verdicts.path("newest").path(0).path("completion").asText()).isEqualTo(HOSTILE);
    assertThat(verdicts.path("newest").path(0).path("second").asText()).isEqualTo("DIFFERENT");
  }

  @Test
  void difficultyIsWhatTheCommandCounts() throws Exception {
    JsonNode difficulty = get("/api/difficulty");

    assertThat(difficulty.path(0).path("byRight").toString()).isEqualTo("[0,0,1,0,0]");
    assertThat(difficulty.path(0).path("mixed").asDouble()).isEqualTo(1);
    assertThat(printed("verdicts", "rates")).isEqualTo(difficulty);
  }

  @Test
  void policiesComeWithAlarmsAndRequests() throws Exception {
    JsonNode policies = get("/api/policies");

    assertThat(policies.path("serving").asText()).isEqualTo("M1");
    assertThat(policies.path("policies").path(0).path("weights").asText()).isEqualTo("w");
    assertThat(policies.path("alarms").path(0).path("kind").asText()).isEqualTo("LENGTH");
    assertThat(policies.path("alarms").path(0).path("cause").asText()).isEqualTo(HOSTILE);
    assertThat(policies.path("requests").path(0).path("status").asText()).isEqualTo("ASKED");
    assertThat(policies.path("requests").path(0).path("note").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void deadLettersAreThoseOfTheCommand() throws Exception {
    JsonNode letters = get("/api/letters");

    assertThat(letters.path("counts")).hasSize(1);
    assertThat(printed("dlq", "ls")).isEqualTo(letters.path("counts"));
    JsonNode letter = letters.path("newest").path(0);
    assertThat(letter.path("letter").asText()).isEqualTo("problems/0/0");
    assertThat(letter.path("message").asText()).isEqualTo(HOSTILE);
    assertThat(letter.path("event").path("question").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void whatIsNotThereIsSaidInASentence() throws Exception {
    assertThat(refused("/api/problem/nobody", 404)).contains("has no problem 'nobody'");
    assertThat(refused("/api/step/M9/1", 404)).contains("has no step 'M9/1'");
    assertThat(refused("/api/records/nothing", 404)).contains("nothing");
    assertThat(refused("/api/nothing", 404)).contains("no such view");
    assertThat(refused("/nothing.js", 404)).contains("no such file");
  }

  @Test
  void everyViewHasAnAddressAndTakesNothingFromElsewhere() throws Exception {
    for (String view : List.of("/", "/now", "/curves", "/problem/x", "/step/M1/2")) {
      HttpResponse<String> response = ask(view);
      assertThat(response.statusCode()).as(view).isEqualTo(200);
      assertThat(response.body()).contains("<main id=\"view\"").doesNotContain("http");
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'")
          .doesNotContain("unsafe", "http", "data:");
    }
    for (String file :
        List.of(
            "/page.js",
            "/views.js",
            "/verdicts.js",
            "/policies.js",
            "/dom.js",
            "/chart.js",
            "/page.css")) {
      HttpResponse<String> response = ask(file);
      assertThat(response.statusCode()).as(file).isEqualTo(200);
      assertThat(response.body())
          .doesNotContain("http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML")
          .doesNotContain("eval(", "document.write");
    }
  }

  @Test
  void aNameThatIsNotLoopbackIsRefused() throws Exception {
    assertThat(withHost("evil.example")).startsWith("HTTP/1.1 421");
    assertThat(withHost("127.0.0.1.evil.example:80")).startsWith("HTTP/1.1 421");
    assertThat(withHost("localhost:8642")).startsWith("HTTP/1.1 200");
  }

  @Test
  void viewsOnlyRead() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(page.url() + "api/now"))
              .method(method, HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void newsComeWhenAnEventDoes() throws Exception {
    Cluster another = SharedStack.get().cluster("page-news");
    try (SmallRun run = new SmallRun(another, 3).write("text");
        Page its = Page.open(subject(another), Optional.of(0))) {
      its.awaitCaughtUp();
      HttpRequest request = HttpRequest.newBuilder(URI.create(its.url() + "api/live")).build();
      try (InputStream live = HTTP.send(request, BodyHandlers.ofInputStream()).body();
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(live, StandardCharsets.UTF_8))) {
        long before = version(lines);
        run.candidate(7, "one more");
        run.flush();
        assertThat(version(lines)).isGreaterThan(before);
      }
      Printed newest = Printed.by(another, List.of("tail", "problem-candidates", "-n", "1"));
      assertThat(newest.text().lines()).as("of all partitions").hasSize(1);
      assertThat(newest.text()).contains("\"id\": \"c7\"");
    }
  }

  @Test
  void anotherRunStandsBesideThisOne() throws Exception {
    Cluster one = SharedStack.get().cluster("page-one");
    Cluster other = SharedStack.get().cluster("page-other");
    try (SmallRun run = new SmallRun(one, 1).write("text").logged();
        SmallRun same = new SmallRun(other, 1).write("text").logged();
        Page its = Page.open(subject(one), Optional.of(0))) {
      assertThat(of(its, "api/runs"))
          .extracting(JsonNode::asText)
          .contains("page-other")
          .doesNotContain("page-one");
      JsonNode compared = of(its, "api/compare/page-other");
      assertThat(compared)
          .isEqualTo(JSON.readTree(ViewJson.of(Comparison.of(one, other))))
          .isNotEmpty();
      assertThat(compared.path("rows"))
          .allSatisfy(row -> assertThat(row.path("both").asInt()).isEqualTo(1));
      assertThat(of(its, "api/curves/page-other").path("ids"))
          .isNotEmpty()
          .isEqualTo(of(its, "api/curves?from=0").path("ids"));
      assertThat(of(its, "api/curves/nothing").path("error").asText())
          .startsWith("there is no run 'nothing'");
      assertThat(of(its, "api/compare/nothing").path("error").asText())
          .startsWith("there is no run 'nothing'");
    }
  }

  @Test
  void aViewIsShownExactlyAsOfATime() throws Exception {
    Cluster another = SharedStack.get().cluster("page-time");
    try (SmallRun run = new SmallRun(another, 1).write("text")) {
      Instant between = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(2);
      while (!Instant.now().isAfter(between)) {
        Thread.onSpinWait();
      }
      run.candidate(7, "one more");
      run.flush();
      try (Page its = Page.open(subject(another), Optional.of(0))) {
        its.awaitCaughtUp();
        String at = "?at=" + between;
        assertThat(candidates(its, "")).isEqualTo(4);
        assertThat(candidates(its, at)).isEqualTo(3);
        assertThat(candidates(its, "?at=2020-01-01T00:00:00Z")).isZero();
        assertThat(candidates(its, "?at=2100-01-01T00:00:00Z")).isEqualTo(4);
        assertThat(of(its, "api/records/problem-candidates" + at).path("records")).hasSize(3);
        assertThat(of(its, "api/records/problem-candidates").path("records")).hasSize(4);
        assertThat(of(its, "api/money" + at)).isEqualTo(of(its, "api/money"));
        assertThat(of(its, "api/problem/" + SmallRun.PROBLEM + at))
            .isEqualTo(of(its, "api/problem/" + SmallRun.PROBLEM));
        assertThat(of(its, "api/letters?at=2020-01-01T00:00:00Z").path("counts")).isEmpty();
        assertThat(of(its, "api/letters" + at).path("counts")).hasSize(1);
        Instant last = Instant.parse(of(its, "api/time").path("last").asText());
        assertThat(last).isAfterOrEqualTo(between);
      }
    }
    assertThat(refused("/api/now?at=yesterday", 400)).contains("at is no time");
  }

  private static long candidates(Page of, String query) throws Exception {
    return of(of, "api/funnel" + query).at("/funnel/candidates").asLong();
  }

  /** What is answered when all is read; before that the server says how far it is. */
  private static JsonNode of(Page page, String address) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(page.url() + address)).build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    long end = System.nanoTime() + Await.LIMIT.toNanos();
    while (response.headers().firstValue("X-Orcaflow-Reading").isPresent()) {
      assertThat(System.nanoTime()).as("%s is read", address).isLessThan(end);
      Thread.sleep(100);
      response = HTTP.send(request, BodyHandlers.ofString());
    }
    return JSON.readTree(response.body());
  }

  @Test
  void aTakenPortIsRefusedWhereItWasNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> Page.open(subject(cluster), Optional.of(port)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("the page cannot be served on 127.0.0.1 port " + port);
    }
  }

  /** The document of JSON that a command prints. */
  private static JsonNode printed(String... command) throws Exception {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("-o", "json"));
    return JSON.readTree(Printed.by(cluster, words).text());
  }

  private static long version(BufferedReader lines) throws Exception {
    for (String line; (line = lines.readLine()) != null; ) {
      if (line.startsWith("data: ")) {
        return Long.parseLong(line.substring("data: ".length()));
      }
    }
    throw new AssertionError("the events ended");
  }

  private static String name(JsonNode line) {
    return line.path("name").asText();
  }

  private static String query(JsonNode where) {
    List<String> fields = new ArrayList<>();
    where.fields().forEachRemaining(f -> fields.add(f.getKey() + "=" + f.getValue().asText()));
    return "?" + String.join("&", fields);
  }

  private static HttpResponse<String> ask(String path) throws Exception {
    URI address = URI.create(page.url()).resolve(path);
    return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<String> response = ask(path);
    assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static String refused(String path, int status) throws Exception {
    HttpResponse<String> response = ask(path);
    assertThat(response.statusCode()).as(path).isEqualTo(status);
    return JSON.readTree(response.body()).path("error").asText();
  }

  /** The first line of the reply to a request that names another host. */
  private static String withHost(String host) throws Exception {
    URI address = URI.create(page.url());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET /api/now HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
              .formatted(host)
              .getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }
}
