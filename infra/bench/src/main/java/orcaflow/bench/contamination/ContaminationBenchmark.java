package orcaflow.bench.contamination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.cli.contamination.QuestionFile;
import orcaflow.streams.overlap.Tokeniser;

/**
 * The contamination report over 200,000 problems against scikit-learn, both as whole processes that
 * read the same files, by CPU-seconds and peak memory; the flags must be the same. Then all
 * near-duplicates among those problems, and how many of those that are there.
 */
public final class ContaminationBenchmark implements Benchmark {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PROBLEMS = 200_000;

  /** Problems made of benchmark questions, so that there is something to flag at every n. */
  private static final int LEAKED = 2_000;

  private static final long SEED = 2402;
  private static final int TURNS = 3;
  private static final double TIME_CEILING = 0.25;
  private static final double MEMORY_CEILING = 0.1;
  private static final double DEDUP_CEILING = 10;
  private static final double RECALL_FLOOR = 0.98;
  private static final double THRESHOLD = 0.7;
  private static final int RUN_OF_WORDS = 3;
  private static final int CHECKED = 50;

  /** What {@code ./orcaflow contamination} has, with less room. */
  private static final List<String> REPORT_OPTIONS =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final List<String> DUPLICATES_OPTIONS = List.of("-Xmx1g", "-XX:+UseSerialGC");

  private record Inputs(Path benchmark, Path corpus) {}

  /** What one process took. */
  private record Cost(double cpuSeconds, double megabytes) {}

  @Override
  public String name() {
    return "contamination";
  }

  @Override
  public String about() {
    return "the report against scikit-learn, near-duplicates among 200,000; about 4 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    context.progress().show("making problems", 0, OptionalLong.of(PROBLEMS), "problems");
    List<String> problems = problems();
    Inputs files = write(context.work(), problems);
    List<Measure> measures = new ArrayList<>();
    if (context.wants("contamination_time_vs_sklearn")
        || context.wants("contamination_memory_vs_sklearn")) {
      report(context, files, measures);
    }
    if (context.wants("dedup_seconds") || context.wants("dedup_recall")) {
      duplicates(context, files, problems, measures);
    }
    return measures;
  }

  private static void report(Context context, Inputs files, List<Measure> measures)
      throws Exception {
    Map<String, Object> task = new TreeMap<>();
    task.put("benchmark", files.benchmark().toString());
    task.put("corpus", files.corpus().toString());
    task.put("stopWords", Tokeniser.stopWordList());
    task.put("top", 10);
    task.put("limit", 0.5);
    task.put("longest", 8);
    task.put("block", 0);
    List<Double> time = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    Set<String> ours = new TreeSet<>();
    Set<String> theirs = new TreeSet<>();
    String peer = "";
    for (int turn = 0; turn < TURNS; turn++) {
      context.progress().show("report and scikit-learn", turn, OptionalLong.of(TURNS), "turns");
      Cost mine;
      Cost peers;
      try (Partner child = context.jvm(OurReport.class, REPORT_OPTIONS)) {
        child.ask(task).get("flags").forEach(flag -> ours.add(flag.asText()));
        mine = cost(child);
      }
      try (Partner sklearn = context.peer("contamination_sklearn")) {
        JsonNode answer = sklearn.ask(task);
        answer.get("flags").forEach(flag -> theirs.add(flag.asText()));
        peer = answer.get("peer").asText();
        peers = cost(sklearn);
      }
      if (!ours.equals(theirs)) {
        throw new CannotMeasure(differences(ours, theirs));
      }
      time.add(mine.cpuSeconds() / peers.cpuSeconds());
      memory.add(mine.megabytes() / peers.megabytes());
      context
          .progress()
          .show(
              "report and scikit-learn",
              turn + 1,
              OptionalLong.of(TURNS),
              "turns; ours %.1f s and %.0f MB, scikit-learn %.1f s and %.0f MB"
                  .formatted(
                      mine.cpuSeconds(), mine.megabytes(), peers.cpuSeconds(), peers.megabytes()));
    }
    measures.add(
        Measure.atMost(
            TIME_CEILING, "contamination_time_vs_sklearn", Spread.of(time), "ratio", peer));
    measures.add(
        Measure.atMost(
            MEMORY_CEILING, "contamination_memory_vs_sklearn", Spread.of(memory), "ratio", peer));
  }

  private static void duplicates(
      Context context, Inputs files, List<String> problems, List<Measure> measures)
      throws Exception {
    Map<String, Object> task =
        Map.of(
            "corpus", files.corpus().toString(),
            "words", RUN_OF_WORDS,
            "threshold", THRESHOLD,
            "every", CHECKED);
    List<Double> seconds = new ArrayList<>();
    Set<String> found = new HashSet<>();
    for (int turn = 0; turn < TURNS; turn++) {
      context.progress().show("near-duplicates", turn, OptionalLong.of(TURNS), "turns");
      try (Partner child = context.jvm(OurDuplicates.class, DUPLICATES_OPTIONS)) {
        child.ask(task).get("told").forEach(pair -> found.add(pair.asText()));
        seconds.add(child.cpuSeconds());
      }
    }
    measures.add(
        Measure.atMost(DEDUP_CEILING, "dedup_seconds", Spread.of(seconds), "CPU-seconds", ""));
    Set<String> exact = InvertedIndex.pairs(problems, RUN_OF_WORDS, THRESHOLD, CHECKED);
    if (!exact.containsAll(found)) {
      throw new CannotMeasure("a pair was found that is not alike: " + differences(found, exact));
    }
    measures.add(
        Measure.atLeast(
            RECALL_FLOOR,
            "dedup_recall",
            Spread.of((double) found.size() / exact.size()),
            "share of %,d pairs".formatted(exact.size()),
            "all pairs by an inverted index"));
  }

  private static Cost cost(Partner partner) throws CannotMeasure {
    return new Cost(partner.cpuSeconds(), partner.peakResidentBytes() / 1e6);
  }

  private static String differences(Set<String> ours, Set<String> others) {
    Set<String> onlyOurs = new TreeSet<>(ours);
    onlyOurs.removeAll(others);
    Set<String> onlyOthers = new TreeSet<>(others);
    onlyOthers.removeAll(ours);
    return "%d only ours, such as %s; %d only the other's, such as %s"
        .formatted(
            onlyOurs.size(),
            onlyOurs.stream().limit(3).toList(),
            onlyOthers.size(),
            onlyOthers.stream().limit(3).toList());
  }

  private static List<String> problems() throws IOException, CannotMeasure {
    List<String> test = questions("gsm8k_test.jsonl");
    List<String> made =
        new ArrayList<>(
            new MadeProblems(questions("gsm8k_train.jsonl.gz"), SEED).make(PROBLEMS - LEAKED));
    List<String> leaked = new MadeProblems(test, SEED + 1).make(test.size() + LEAKED);
    made.addAll(leaked.subList(test.size(), leaked.size()));
    return made;
  }

  private static Inputs write(Path folder, List<String> problems)
      throws IOException, CannotMeasure {
    return new Inputs(
        write(folder.resolve("benchmark.jsonl"), "question", questions("gsm8k_test.jsonl")),
        write(folder.resolve("corpus.jsonl"), "problem", problems));
  }

  private static Path write(Path file, String kind, List<String> texts) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < texts.size(); i++) {
        Map<String, String> row = new TreeMap<>();
        row.put("id", "%s-%06d".formatted(kind, i));
        row.put("question", texts.get(i));
        out.write(JSON.writeValueAsString(row));
        out.write('\n');
      }
    }
    return file;
  }

  private static List<String> questions(String name) throws IOException, CannotMeasure {
    Path file =
        Optional.ofNullable(System.getenv("ORCAFLOW_SHARED"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("orcaflow.root", "."), "../shared"))
            .resolve("datasets")
            .resolve(name);
    if (!Files.exists(file)) {
      throw new CannotMeasure(
          "%s is not there; set ORCAFLOW_SHARED to the folder above datasets".formatted(file));
    }
    List<String> questions = new ArrayList<>();
    QuestionFile.read(file, (question, read, bytes) -> questions.add(question.text()));
    return questions;
  }
}
