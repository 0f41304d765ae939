package orcaflow.bench.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;

/**
 * Verdicts a CPU-second, each side in a process of its own that has read the texts before, and how
 * many verdicts of each are wrong. The peer is the filter of lm-evaluation-harness for GSM8K, in
 * its two forms.
 */
public final class AnswersBenchmark implements Benchmark {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TEXTS = 20_000;
  private static final long SEED = 2402;
  private static final int TURNS = 5;
  private static final int PASSES = 5;

  /** Half of what the first matcher did, which had a pattern for each way to state an answer. */
  private static final double LEAST_A_SECOND = 16_500;

  private static final List<String> OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC");

  @Override
  public String name() {
    return "answers";
  }

  @Override
  public String about() {
    return "verdicts a CPU-second, beside a filter of regular expressions; about 2 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<GradedTexts.Text> texts = GradedTexts.make(TEXTS, SEED);
    Path file = write(context.work().resolve("texts.jsonl"), texts);
    Map<String, Object> task = Map.of("file", file.toString(), "passes", PASSES);
    try (Partner ours = context.jvm(OurVerdicts.class, OPTIONS);
        Partner filter = context.peer("answers_lm_eval")) {
      ours.ask(task); // The compiler's turn.
      JsonNode peer = filter.ask(task);
      Context.Turns turns =
          context.turns(
              "verdicts a CPU-second", TURNS, () -> rate(ours, task), () -> rate(filter, task));
      return List.of(
          Measure.atLeast(LEAST_A_SECOND, "verdicts_per_cpu_second", turns.ours(), "verdicts", ""),
          Measure.unbounded(
              "verdicts_vs_lm_eval", turns.ratio(), "ratio", peer.get("peer").asText()),
          Measure.atMost(
              0, "wrong_verdicts", Spread.of(wrong(texts, ours.ask(task), "right")), "texts", ""),
          Measure.unbounded(
              "wrong_verdicts_strict_match", Spread.of(wrong(texts, peer, "strict")), "texts", ""),
          Measure.unbounded(
              "wrong_verdicts_flexible_extract",
              Spread.of(wrong(texts, peer, "flexible")),
              "texts",
              ""));
    }
  }

  /** The peer grades each text by both of its filters, which are two verdicts. */
  private static double rate(Partner side, Map<String, Object> task) throws CannotMeasure {
    JsonNode answer = side.ask(task);
    int verdicts = answer.has("right") ? 1 : 2;
    return verdicts * TEXTS * PASSES / answer.get("seconds").asDouble();
  }

  private static long wrong(List<GradedTexts.Text> texts, JsonNode answer, String by)
      throws CannotMeasure {
    JsonNode right = answer.get(by);
    if (right == null || right.size() != texts.size()) {
      throw new CannotMeasure("no verdict '%s' for each of %d texts".formatted(by, texts.size()));
    }
    long wrong = 0;
    for (int i = 0; i < texts.size(); i++) {
      if (right.get(i).asBoolean() != texts.get(i).right()) {
        wrong++;
      }
    }
    return wrong;
  }

  private static Path write(Path file, List<GradedTexts.Text> texts) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (GradedTexts.Text text : texts) {
        out.write(JSON.writeValueAsString(text));
        out.write('\n');
      }
    }
    return file;
  }
}
