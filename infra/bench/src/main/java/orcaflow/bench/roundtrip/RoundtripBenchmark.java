package orcaflow.bench.roundtrip;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
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
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.RopeScaling;
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

  private static final int STEPS = 8;
  private static final AdamWSettings ADAMW =
      new AdamWSettings(3e-3, 0, Schedule.CONSTANT, 1, STEPS, 0.01, 0.9, 0.95, 1e-8, 1);
  private static final StudentTokenizer WORDS =
      StudentTokenizer.build(Texts.plain(50).stream(), 100);

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
      Comparisons run = new Comparisons(context, peer, SEQUENCES);
      saved(run, "untied", config(false, OptionalInt.empty()));
      saved(run, "tied", config(true, OptionalInt.empty()));
      saved(run, "window", config(false, OptionalInt.of(16)));
      saved(
          run,
          "llama3",
          config(false, OptionalInt.empty()).with(new RopeScaling.Llama3(8, 1, 4, 32)));
      saved(run, "linear", config(false, OptionalInt.empty()).with(new RopeScaling.Linear(4)));
      shards(run);
      adapter(run);
      tokenizers(run);
      return run.measures().stream().filter(m -> context.wants(m.name())).toList();
    }
  }

  /** A student that has learnt a little, saved here and loaded there. */
  private static void saved(Comparisons run, String name, StudentConfig config) throws Exception {
    Weights start = Weights.random(config, 5);
    StudentFolder student;
    try (Learner learner = new Learner(config, start, ADAMW)) {
      learn(learner);
      student = new StudentFolder(config, learner.weights(), WORDS);
    }
    student.save(run.folder(name));
    JsonNode theirs = run.logits(run.folder(name), Optional.empty(), false);
    run.same("saved_" + name, logits(student), theirs, "transformers");
  }

  /** Shards they save, in float32 and in bfloat16, loaded here. */
  private static void shards(Comparisons run) throws Exception {
    for (String dtype : List.of("float32", "bfloat16")) {
      Path sharded = run.folder("shards-" + dtype);
      Map<String, Object> question =
          Map.of(
              "op",
              "resave",
              "folder",
              run.folder("untied").toString(),
              "to",
              sharded.toString(),
              "dtype",
              dtype,
              "shard",
              "150KB");
      JsonNode files = run.ask(question).path("files");
      if (!files.toString().contains("model.safetensors.index.json")) {
        throw new IllegalStateException("no shards were made, only " + files);
      }
      for (String part : List.of("tokenizer.json", "tokenizer_config.json")) {
        Files.copy(run.folder("untied").resolve(part), sharded.resolve(part));
      }
      JsonNode theirs = run.logits(sharded, Optional.empty(), false);
      String name = "shards_" + dtype;
      run.same(name, logits(StudentFolder.load(sharded)), theirs, "transformers");
    }
  }

  private static void adapter(Comparisons run) throws Exception {
    StudentFolder base = StudentFolder.load(run.folder("tied"));
    Lora lora = new Lora(4, 8, Set.of("q_proj", "v_proj", "o_proj", "down_proj"));
    LearnerState fresh = LearnerState.fresh(lora.fresh(base.config(), 3).weights());
    Path folder = run.folder("adapted");
    Adapter learnt;
    try (Learner learner =
        new Learner(base.config(), base.weights(), Optional.of(lora), fresh, ADAMW)) {
      learn(learner);
      learnt = learner.adapter().orElseThrow();
      new StudentFolder(base.config(), learner.weights(), WORDS)
          .save(folder, learnt, Optional.of(run.folder("tied")));
    }
    float[][][] ours;
    try (LogProbs model = new LogProbs(base.config(), base.weights(), learnt)) {
      ours = logits(model);
    }
    Path adapter = folder.resolve("adapter");
    Path tied = run.folder("tied");
    run.same("adapter", ours, run.logits(tied, Optional.of(adapter), false), "PEFT");
    run.same("adapter_merged", ours, run.logits(tied, Optional.of(adapter), true), "PEFT");
    run.same("merged_here", ours, run.logits(folder, Optional.empty(), false), "transformers");

    Path again = run.folder("adapter-again");
    run.ask(
        Map.of(
            "op", "resave",
            "folder", tied.toString(),
            "adapter", adapter.toString(),
            "to", again.toString()));
    Adapter back = Adapter.load(again, base.config());
    try (LogProbs model = new LogProbs(base.config(), base.weights(), back)) {
      JsonNode theirs = run.logits(tied, Optional.of(again), false);
      run.same("adapter_back", logits(model), theirs, "PEFT");
    }
  }

  private static void tokenizers(Comparisons run) throws Exception {
    List<String> texts = Texts.odd(400);
    JsonNode words =
        run.ask(Map.of("op", "ids", "folder", run.folder("tied").toString(), "texts", texts));
    run.same("ids_words", WORDS, texts, words, "transformers");
    for (String kind : List.of("bpe", "unigram")) {
      Path folder = Files.createDirectories(run.folder(kind));
      JsonNode made =
          run.ask(
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
      JsonNode theirs = run.ask(Map.of("op", "ids", "pieces", pieces, "texts", texts));
      StudentTokenizer read = StudentTokenizer.load(folder);
      run.same("ids_" + kind, read, texts, theirs, "SentencePiece");
      StudentFolder student = withTokenizer(read);
      student.save(run.folder(kind + "-saved"));
      Path saved = run.folder(kind + "-saved");
      JsonNode auto = run.ask(Map.of("op", "ids", "folder", saved.toString(), "texts", texts));
      run.same("ids_" + kind + "_saved", read, texts, auto, "transformers");
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
}
