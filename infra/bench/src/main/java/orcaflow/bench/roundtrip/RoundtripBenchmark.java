package orcaflow.bench.roundtrip;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import orcaflow.bench.Benchmark;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.StudentTokenizer;

/**
 * Folders go round: transformers and PEFT load what was saved here and must give the same logits;
 * what they save is loaded here. Tokenizers are compared id by id.
 */
public final class RoundtripBenchmark implements Benchmark {

  /** Float32 on both sides, with operations in another order. */
  private static final double SAME_LOGITS = 1e-4;

  private static final String LOGITS = "largest difference";
  private static final String IDS = "texts that differ";
  private static final int STEPS = 8;
  private static final AdamWSettings OPTIMISER =
      new AdamWSettings(3e-3, 0, Schedule.CONSTANT, 1, STEPS, 0.01, 0.9, 0.95, 1e-8, 1);
  private static final StudentTokenizer WORDS =
      StudentTokenizer.build(Texts.plain(50).stream(), 100);

  /** One run against the peer. */
  private static final class Round {
    private final Context context;
    private final Partner peer;
    private final List<Measure> measures = new ArrayList<>();

    Round(Context context, Partner peer) {
      this.context = context;
      this.peer = peer;
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

    void same(
        String name, StudentTokenizer ours, List<String> texts, JsonNode answer, String with) {
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
      question.put("sequences", SEQUENCES);
      return peer.ask(question);
    }
  }

  private static final List<int[]> SEQUENCES = sequences();

  @Override
  public String name() {
    return "roundtrip";
  }

  @Override
  public String about() {
    return "what we save, loaded by transformers and PEFT, and the other way; about 1 minute";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    try (Partner peer = context.peer("roundtrip")) {
      Round round = new Round(context, peer);
      saved(round, "untied", config(false, OptionalInt.empty()));
      saved(round, "tied", config(true, OptionalInt.empty()));
      saved(round, "window", config(false, OptionalInt.of(16)));
      shards(round);
      adapter(round);
      tokenizers(round);
      return round.measures.stream().filter(m -> context.wants(m.name())).toList();
    }
  }

  /** A student that has learnt a little, saved here and loaded there. */
  private static void saved(Round round, String name, StudentConfig config) throws Exception {
    Weights start = Weights.random(config, 5);
    StudentFolder student;
    try (Learner learner = new Learner(config, start, OPTIMISER)) {
      learn(learner);
      student = new StudentFolder(config, learner.weights(), WORDS);
    }
    student.save(round.folder(name));
    JsonNode theirs = round.logits(round.folder(name), Optional.empty(), false);
    round.same("saved_" + name, logits(student), theirs, "transformers");
  }

  /** Shards they save, in float32 and in bfloat16, loaded here. */
  private static void shards(Round round) throws Exception {
    for (String dtype : List.of("float32", "bfloat16")) {
      Path sharded = round.folder("shards-" + dtype);
      Map<String, Object> question =
          Map.of(
              "op",
              "resave",
              "folder",
              round.folder("untied").toString(),
              "to",
              sharded.toString(),
              "dtype",
              dtype,
              "shard",
              "150KB");
      JsonNode files = round.peer.ask(question).path("files");
      if (!files.toString().contains("model.safetensors.index.json")) {
        throw new IllegalStateException("no shards were made, only " + files);
      }
      for (String part : List.of("tokenizer.json", "tokenizer_config.json")) {
        Files.copy(round.folder("untied").resolve(part), sharded.resolve(part));
      }
      JsonNode theirs = round.logits(sharded, Optional.empty(), false);
      String name = "shards_" + dtype;
      round.same(name, logits(StudentFolder.load(sharded)), theirs, "transformers");
    }
  }

  private static void adapter(Round round) throws Exception {
    StudentFolder base = StudentFolder.load(round.folder("tied"));
    Lora lora = new Lora(4, 8, Set.of("q_proj", "v_proj", "o_proj", "down_proj"));
    LearnerState fresh = LearnerState.fresh(lora.fresh(base.config(), 3).weights());
    Path folder = round.folder("adapted");
    Adapter learnt;
    try (Learner learner =
        new Learner(base.config(), base.weights(), Optional.of(lora), fresh, OPTIMISER)) {
      learn(learner);
      learnt = learner.adapter().orElseThrow();
      new StudentFolder(base.config(), learner.weights(), WORDS)
          .save(folder, learnt, Optional.of(round.folder("tied")));
    }
    float[][][] ours;
    try (LogProbs model = new LogProbs(base.config(), base.weights(), learnt)) {
      ours = logits(model);
    }
    Path adapter = folder.resolve("adapter");
    Path tied = round.folder("tied");
    round.same("adapter", ours, round.logits(tied, Optional.of(adapter), false), "PEFT");
    round.same("adapter_merged", ours, round.logits(tied, Optional.of(adapter), true), "PEFT");
    round.same("merged_here", ours, round.logits(folder, Optional.empty(), false), "transformers");

    Path again = round.folder("adapter-again");
    round.peer.ask(
        Map.of(
            "op", "resave",
            "folder", tied.toString(),
            "adapter", adapter.toString(),
            "to", again.toString()));
    Adapter back = Adapter.load(again, base.config());
    try (LogProbs model = new LogProbs(base.config(), base.weights(), back)) {
      JsonNode theirs = round.logits(tied, Optional.of(again), false);
      round.same("adapter_back", logits(model), theirs, "PEFT");
    }
  }

  private static void tokenizers(Round round) throws Exception {
    List<String> texts = Texts.odd(400);
    JsonNode words =
        round.peer.ask(
            Map.of("op", "ids", "folder", round.folder("tied").toString(), "texts", texts));
    round.same("ids_words", WORDS, texts, words, "transformers");
    for (String kind : List.of("bpe", "unigram")) {
      Path folder = Files.createDirectories(round.folder(kind));
      JsonNode made =
          round.peer.ask(
              Map.of(
                  "op",
                  "pieces",
                  "kind",
                  kind,
                  "size",
                  500,
                  "texts",
                  Texts.plain(2_000),
                  "to",
                  folder.toString()));
      String pieces = made.path("pieces").asText();
      JsonNode theirs = round.peer.ask(Map.of("op", "ids", "pieces", pieces, "texts", texts));
      StudentTokenizer read = StudentTokenizer.load(folder);
      round.same("ids_" + kind, read, texts, theirs, "SentencePiece");
      StudentFolder student = withTokenizer(read);
      student.save(round.folder(kind + "-saved"));
      Path saved = round.folder(kind + "-saved");
      JsonNode auto =
          round.peer.ask(Map.of("op", "ids", "folder", saved.toString(), "texts", texts));
      round.same("ids_" + kind + "_saved", read, texts, auto, "transformers");
    }
  }

  private static StudentFolder withTokenizer(StudentTokenizer tokenizer) {
    StudentConfig config = config(tokenizer, true, OptionalInt.empty());
    return new StudentFolder(config, Weights.random(config, 1), tokenizer);
  }

  private static void learn(Learner learner) {
    List<Example> batch =
        SEQUENCES.stream()
            .map(
                ids ->
                    new Example(
                        java.util.Arrays.copyOf(ids, 4),
                        java.util.Arrays.copyOfRange(ids, 4, ids.length)))
            .toList();
    for (int step = 0; step < STEPS; step++) {
      Sft.onDemonstrations().step(learner, batch);
    }
  }

  private static float[][][] logits(StudentFolder student) {
    try (LogProbs model = new LogProbs(student.config(), student.weights())) {
      return logits(model);
    }
  }

  private static float[][][] logits(LogProbs model) {
    return SEQUENCES.stream().map(model::logits).toArray(float[][][]::new);
  }

  private static StudentConfig config(boolean tied, OptionalInt window) {
    return config(WORDS, tied, window);
  }

  private static StudentConfig config(
      StudentTokenizer tokenizer, boolean tied, OptionalInt window) {
    return new StudentConfig(
        tokenizer.vocabulary(),
        64,
        3,
        4,
        2,
        16,
        160,
        128,
        10_000,
        1e-5,
        window,
        tied,
        tokenizer.bos(),
        tokenizer.eos(),
        tokenizer.pad());
  }

  private static List<int[]> sequences() {
    Random random = new Random(9);
    return IntStream.of(7, 40, 128)
        .mapToObj(length -> random.ints(length, 3, WORDS.vocabulary()).toArray())
        .toList();
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
