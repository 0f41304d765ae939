package orcaflow.bench.ui;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.MadeProblem;
import orcaflow.bench.Measure;
import orcaflow.bench.ProcessStatus;
import orcaflow.bench.ServiceProcess;
import orcaflow.bench.Spread;
import orcaflow.schemas.Cluster;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.testing.Browser;

/**
 * The page of a run with a million events and 100,000 training steps in a headless Chromium: how
 * long a view takes from its address to its picture, when a new event is seen, how a long curve
 * moves, and the memory of the page's process.
 */
public final class UiBenchmark implements Benchmark {

  /** So that the same can be tried quickly. */
  private static final int EVENTS = Integer.getInteger("orcaflow.bench.events", 1_000_000);

  private static final int STEPS = EVENTS / 10;
  private static final int PARTITIONS = 4;
  private static final int TURNS = 3;
  private static final String SHOWN =
      "return performance.getEntriesByName('shown')[0]?.startTime ?? null";

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long GLANCE_MILLIS = 20;

  private static final double KIBIBYTES = 1024;
  private static final double MOST_SECONDS = 1;
  private static final double MOST_MEBIBYTES = 512;
  private static final Pattern SERVED = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+/)");

  @Override
  public String name() {
    return "ui";
  }

  @Override
  public String about() {
    return "the page of a run with a million events, in Chromium; about 6 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    Browser browser =
        Browser.startIfInstalled().orElseThrow(() -> new CannotMeasure(Browser.ABSENT));
    try (browser;
        Stack stack = Stack.start(context.work().resolve("stack"))) {
      Cluster cluster = stack.cluster("million");
      TopicCatalogue.apply(cluster, PARTITIONS, 1);
      try (MadeRun run = new MadeRun(cluster)) {
        int problems = run.fill(EVENTS, STEPS, context.progress());
        return page(context, cluster, run, problems, browser);
      }
    }
  }

  private static List<Measure> page(
      Context context, Cluster cluster, MadeRun run, int problems, Browser browser)
      throws Exception {
    List<Measure> measures = new ArrayList<>();
    long began = System.nanoTime();
    try (ServiceProcess page = serve(context, cluster)) {
      String url = page.said(SERVED);
      context.progress().say("served at %s".formatted(url));
      measures.add(paint(browser, url));
      awaitAll(url);
      measures.add(unbounded("read_seconds", (System.nanoTime() - began) / 1e9, "s"));
      measures.addAll(views(context, browser, url, problems));
      measures.add(LiveTimes.newEvents(browser, url, run));
      measures.add(LiveTimes.frames(browser, url));
      measures.add(
          Measure.atMost(
              MOST_MEBIBYTES,
              "page_process",
              Spread.of(ProcessStatus.of(page.pid(), "VmRSS") / KIBIBYTES),
              "MiB",
              ""));
      page.stop();
    }
    return measures;
  }

  private static ServiceProcess serve(Context context, Cluster cluster) throws IOException {
    return ServiceProcess.command(
        context.root(),
        context.work(),
        "ui",
        "--bootstrap=" + cluster.bootstrap(),
        "--registry=" + cluster.registry(),
        "--run=" + cluster.run(),
        "--recipe=orca-math",
        "--port=0");
  }

  /** While the history is still read. */
  private static Measure paint(Browser browser, String url) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      browser.open("about:blank");
      browser.open(url + "now");
      shown(browser);
      seconds.add(
          millis(
                  browser.run(
                      "return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
              / 1e3);
    }
    return Measure.atMost(MOST_SECONDS, "first_paint", Spread.of(seconds), "s", "");
  }

  /** Until everything that was there is counted. */
  private static void awaitAll(String url) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest now = HttpRequest.newBuilder(URI.create(url + "api/now")).build();
    await(
        "the page does not come to the end of the topics",
        () ->
            !client.send(now, HttpResponse.BodyHandlers.ofString()).body().contains("\"reading\""));
  }

  /**
   * Waits until something holds.
   *
   * @param otherwise what is said if it does not in time
   */
  static void await(String otherwise, Callable<Boolean> holds) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > deadline) {
        throw new CannotMeasure(otherwise);
      }
      Thread.sleep(GLANCE_MILLIS);
    }
  }

  private static List<Measure> views(Context context, Browser browser, String url, int problems)
      throws Exception {
    List<Measure> measures = new ArrayList<>();
    List<Double> slowest = List.of(0.0);
    for (Map.Entry<String, String> view : addresses(problems).entrySet()) {
      List<Double> seconds = new ArrayList<>();
      for (int turn = 0; turn < TURNS; turn++) {
        browser.open("about:blank");
        browser.open(url + view.getValue().substring(1));
        seconds.add(shown(browser) / 1e3);
      }
      context.progress().say("%s: %s s".formatted(view.getKey(), seconds));
      measures.add(Measure.unbounded("view_" + view.getKey(), Spread.of(seconds), "s", ""));
      if (Spread.of(seconds).median() > Spread.of(slowest).median()) {
        slowest = seconds;
      }
    }
    measures.add(Measure.atMost(MOST_SECONDS, "slowest_view", Spread.of(slowest), "s", ""));
    return measures;
  }

  /** Each view; problem and step from the middle of the run. */
  private static Map<String, String> addresses(int problems) {
    Map<String, String> addresses = new LinkedHashMap<>();
    for (String view :
        List.of(
            "now",
            "funnel",
            "curves",
            "scores",
            "policies",
            "verdicts",
            "difficulty",
            "money",
            "letters")) {
      addresses.put(view, "/" + view);
    }
    String problem = new MadeProblem(problems / 2).solution().getProblemId();
    addresses.put("records", "/records/graded-rollouts");
    addresses.put("records_found", "/records/graded-rollouts?verdict=MATCH");
    addresses.put("problem", "/problem/" + problem);
    addresses.put("step", "/step/M10/%d".formatted(STEPS / MadeTraining.POLICIES / 2));
    return addresses;
  }

  /** Milliseconds from the address to the picture, by the page's own mark. */
  static double shown(Browser browser) throws Exception {
    await("a view is not shown", () -> browser.run(SHOWN) != null);
    return millis(browser.run(SHOWN));
  }

  static double millis(Object number) {
    return ((Number) number).doubleValue();
  }

  private static Measure unbounded(String name, double value, String unit) {
    return Measure.unbounded(name, Spread.of(value), unit, "");
  }
}
