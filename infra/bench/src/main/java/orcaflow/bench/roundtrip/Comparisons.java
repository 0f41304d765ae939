package orcaflow.bench.roundtrip;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.trainer.tokenizer.StudentTokenizer;

/** Asks the peer, and measures how far its logits and ids are from ours. */
final class Comparisons {

  /** Float32 on both sides, with operations in another order. */
  private static final double SAME_LOGITS = 1e-4;

  private static final String LOGITS = "largest difference";
  private static final String IDS = "texts that differ";
  private final Context context;
  private final Partner peer;
  private final List<int[]> sequences;
  private final List<Measure> measures = new ArrayList<>();

  /**
   * @param sequences token ids that models are compared on
   */
  Comparisons(Context context, Partner peer, List<int[]> sequences) {
    this.context = context;
    this.peer = peer;
    this.sequences = sequences;
  }

  /** What was compared so far. */
  List<Measure> measures() {
    return measures;
  }

  JsonNode ask(Map<String, Object> question) throws Exception {
    return peer.ask(question);
  }

  void same(String name, float[][][] ours, JsonNode answer, String with) {
    double largest = 0;
    for (int s = 0; s < ours.length; s++) {
      JsonNode theirs = answer.path("logits").path(s);
      for (int t = 0; t < ours[s].length; t++) {
        for (int v = 0; v < ours[s][t].length; v++) {
          double gap = Math.abs(ours[s][t][v] - theirs.path(t).path(v).asDouble(Double.NaN));
          largest = Math.max(largest, gap);
        }
      }
    }
    measures.add(Measure.atMost(SAME_LOGITS, name, Spread.of(largest), LOGITS, with));
  }

  void same(String name, StudentTokenizer ours, List<String> texts, JsonNode answer, String with) {
    double different = 0;
    for (int n = 0; n < texts.size(); n++) {
      int[] ids = ours.encode(texts.get(n));
      boolean cut = ints(answer.path("ids").path(n)).equals(boxed(ids));
      boolean joined = answer.path("texts").path(n).asText().equals(ours.decode(ids));
      different += cut && joined ? 0 : 1;
    }
    measures.add(Measure.atMost(0, name, Spread.of(different), IDS, with));
  }

  Path folder(String name) {
    return context.work().resolve(name);
  }

  JsonNode logits(Path folder, Optional<Path> adapter, boolean merge) throws Exception {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("op", "logits");
    question.put("folder", folder.toString());
    adapter.ifPresent(path -> question.put("adapter", path.toString()));
    question.put("merge", merge);
    question.put("sequences", sequences);
    return peer.ask(question);
  }

  private static List<Integer> ints(JsonNode array) {
    List<Integer> ints = new ArrayList<>();
    array.forEach(value -> ints.add(value.asInt(-1)));
    return ints;
  }

  private static List<Integer> boxed(int[] ids) {
    return IntStream.of(ids).boxed().toList();
  }
}
