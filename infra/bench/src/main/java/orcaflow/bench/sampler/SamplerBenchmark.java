package orcaflow.bench.sampler;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orcaflow.bench.Benchmark;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.bench.trainer.Size;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;

/**
 * Four rollouts a prompt against Hugging Face's {@code generate} at one thread, by CPU-seconds: one
 * prompt at a time (4 rows), and 32 (128 rows). Random weights, so nearly all completions run to
 * their limit and the peer wastes nothing on rows that have ended; and nearly flat distributions,
 * which make the nucleus as large as it can be.
 */
public final class SamplerBenchmark implements Benchmark {

  private static final int THREADS = 1;
  private static final int SAMPLES = 4;
  private static final int MAX_TOKENS = 64;
  private static final int PROMPTS = 32;
  private static final int GREEDY_PROMPTS = 8;
  private static final double FLOOR = 1.5;
  private static final double SAME_GREEDY = 0.95;
  private static final List<String> OUR_OPTIONS =
      List.of("-Xmx1g", "-XX:+UseSerialGC", "-Dorcaflow.torch.threads=" + THREADS);

  @Override
  public String name() {
    return "sampler";
  }

  @Override
  public String about() {
    return "four rollouts a prompt against Hugging Face's generate; about 3 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    for (Size size : Size.COMPARED) {
      String few = "sampling_vs_hf_4_" + size.label();
      String many = "sampling_vs_hf_128_" + size.label();
      String same = "greedy_as_hf_" + size.label();
      if (!context.wants(few) && !context.wants(many) && !context.wants(same)) {
        continue;
      }
      try (Partner ours = context.jvm(OurSampler.class, OUR_OPTIONS);
          Partner theirs = context.peer("sampling_hf")) {
        Task task = task(context, size);
        ours.ask(task);
        String peer = theirs.ask(task).get("peer").asText();
        if (context.wants(same)) {
          double share = sameGreedy(ours, theirs);
          measures.add(
              Measure.atLeast(
                  SAME_GREEDY, same, Spread.of(share), "share of ids until they part", peer));
        }
        boolean small = size == Size.SMALL;
        if (context.wants(few)) {
          compare(context, few, small ? 8 : 4, 1, small ? 7 : 5, ours, theirs, peer, measures);
        }
        if (context.wants(many)) {
          compare(context, many, PROMPTS, PROMPTS, small ? 5 : 3, ours, theirs, peer, measures);
        }
      }
    }
    return measures;
  }

  private static void compare(
      Context context,
      String name,
      int prompts,
      int atOnce,
      int turns,
      Partner ours,
      Partner theirs,
      String peer,
      List<Measure> measures)
      throws Exception {
    rate(ours, prompts, atOnce);
    rate(theirs, Math.min(prompts, 4), atOnce);
    Context.Turns all =
        context.turns(
            name, turns, () -> rate(ours, prompts, atOnce), () -> rate(theirs, prompts, atOnce));
    measures.add(Measure.atLeast(FLOOR, name, all.ratio(), "ratio", peer));
    measures.add(Measure.unbounded(name + "_ours", all.ours(), "tokens/CPU-s", peer));
  }

  private static double rate(Partner side, int prompts, int atOnce) throws Exception {
    JsonNode answer = side.ask(Map.of("from", 0, "to", prompts, "atOnce", atOnce, "greedy", false));
    return answer.get("tokens").asDouble() / answer.get("cpu").asDouble();
  }

  /** Where the two likeliest ids are nearly equal, rounding decides, and the rest differs. */
  private static double sameGreedy(Partner ours, Partner theirs) throws Exception {
    Map<String, Object> question =
        Map.of("from", 0, "to", GREEDY_PROMPTS, "atOnce", GREEDY_PROMPTS, "greedy", true);
    JsonNode mine = ours.ask(question).get("ids");
    JsonNode other = theirs.ask(question).get("ids");
    int same = 0;
    int all = 0;
    for (int i = 0; i < GREEDY_PROMPTS; i++) {
      int length = Math.max(mine.get(i).size(), other.get(i).size());
      for (int t = 0; t < length; t++) {
        all++;
        if (mine.get(i).path(t).asInt(-1) != other.get(i).path(t).asInt(-1)) {
          break;
        }
        same++;
      }
    }
    return same / (double) all;
  }

  private static Task task(Context context, Size size) throws IOException {
    Path folder = Files.createDirectories(context.work().resolve("sampler-" + size.label()));
    StudentConfig config = size.config();
    config.write(folder.resolve("config.json"));
    Safetensors.write(folder.resolve("model.safetensors"), Weights.random(config, 1));
    Random random = new Random(1);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < PROMPTS; i++) {
      int[] prompt = random.ints(24 + random.nextInt(49), 3, config.vocabulary()).toArray();
      prompt[0] = config.bos();
      prompts.add(prompt);
    }
    return new Task(folder.toString(), prompts, SAMPLES, 0.7, 0.95, MAX_TOKENS, THREADS);
  }
}
