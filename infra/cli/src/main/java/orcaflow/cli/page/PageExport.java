package orcaflow.cli.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.cli.audit.VerdictReasons;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.AtomicFile;

/**
 * Writes the page of a run, as it is now, to one file. All views of the run are in it; of records,
 * problems and steps there are some, and the file says so of the others.
 */
public final class PageExport {

  /** What the file may have at most. */
  public static final long MOST_BYTES = 20_000_000;

  private static final long FOR_THE_PROGRAM = 500_000;
  private static final int RECORDS = 50;
  private static final int TRACES = 40;
  private static final int COMPARED = 5;
  private static final String GRADED = "graded-rollouts";

  /** Topics that the view of records offers. */
  static final List<String> TOPICS =
      List.of(
          "problems",
          "rejected-candidates",
          "teacher-solutions",
          "student-rollouts",
          GRADED,
          "demonstrations",
          "labelled-completions",
          "preference-pairs",
          "stage-outcomes",
          "training-steps",
          "policies",
          "evaluations",
          "alarms",
          "stalls");

  private final RunModel run;
  private final Progress progress;
  private final SavedPage page =
      new SavedPage(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());

  private final Set<String> recordsOf = new HashSet<>();
  private int left;

  private PageExport(RunModel run, Progress progress) {
    this.run = run;
    this.progress = progress;
  }

  /**
   * What was written.
   *
   * @param left records, problems and steps that are not in it: they do not fit into {@link
   *     #MOST_BYTES}, or their topics have no longer what they were made of
   */
  public record Written(long bytes, int left) {}

  /**
   * Reads the run and writes the file; one that is there is replaced.
   *
   * @param running whether services of the run may be running
   */
  public static Written write(
      Cluster cluster, Recipe recipe, boolean running, Path file, Progress progress)
      throws Exception {
    progress.show("reading", 0, OptionalLong.empty(), "");
    try (RunModel run = RunModel.begin(cluster, recipe, running, Optional.empty())) {
      run.awaitCaughtUp();
      PageExport export = new PageExport(run, progress);
      export.views();
      export.comparisons(new OtherRuns(cluster));
      export.records();
      export.traces();
      byte[] html = export.page.html().getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(file, html);
      return new Written(html.length, export.left);
    }
  }

  private void views() {
    add("now", run.now());
    add("funnel", run.funnel());
    add("curves?from=0", run.curves(0));
    add("scores", run.scores());
    add("policies", run.promotions());
    add("verdicts", run.verdicts());
    add("difficulty", run.difficulty());
    add("money", run.money());
    add("letters", run.letters());
  }

  private void comparisons(OtherRuns others) throws Exception {
    List<String> names = others.names();
    add("runs", names);
    for (String run : names.subList(0, Math.min(COMPARED, names.size()))) {
      trace("compare/" + encoded(run), () -> others.compared(run));
      trace("curves/" + encoded(run), () -> others.curves(run));
    }
  }

  /** Those behind every number that leads to records. */
  private void records() {
    for (String topic : TOPICS) {
      records(topic, Map.of());
    }
    for (FunnelView.Line line : run.funnel().lines()) {
      records(line.topic(), line.where().orElse(Map.of()));
    }
    for (VerdictReasons.Row row : run.verdicts().reasons()) {
      records(GRADED, Map.of("reason", row.reason()));
    }
  }

  private void records(String topic, Map<String, String> where) {
    String query =
        where.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    String address = "records/" + topic + (query.isEmpty() ? "" : "?" + query);
    // A number of the funnel may lead to a topic that the view of records offers, too.
    if (recordsOf.add(address)) {
      add(address, run.records(Topics.named(topic), RECORDS, where));
    }
  }

  /** The problems that were graded last, and steps from all of the training. */
  private void traces() throws Exception {
    Set<String> problems = new LinkedHashSet<>();
    run.records(Topics.named(GRADED), TRACES, Map.of())
        .records()
        .forEach(record -> problems.add(record.at("/event/problemId").asText()));
    List<String> steps = some(run.stepIds());
    OptionalLong all = OptionalLong.of(problems.size() + steps.size());
    long done = 0;
    for (String problem : problems) {
      trace("problem/" + encoded(problem), () -> run.problem(problem));
      progress.show("problems and steps", ++done, all, "");
    }
    for (String step : steps) {
      trace("step/" + step, () -> run.step(step));
      progress.show("problems and steps", ++done, all, "");
    }
  }

  private interface Trace {
    Object of() throws Exception;
  }

  private void trace(String address, Trace trace) throws Exception {
    try {
      add(address, trace.of());
    } catch (UnknownId e) {
      // Its beginning was removed: the file says that it does not have it.
      left++;
    }
  }

  /** Evenly, the first and the last among them. */
  private static List<String> some(List<String> ids) {
    List<String> some = new ArrayList<>();
    int count = Math.min(TRACES, ids.size());
    for (int i = 0; i < count; i++) {
      some.add(ids.get(count == 1 ? 0 : (int) ((long) i * (ids.size() - 1) / (count - 1))));
    }
    return some;
  }

  private void add(String address, Object view) {
    if (!page.add("/api/" + address, view, MOST_BYTES - FOR_THE_PROGRAM)) {
      left++;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
