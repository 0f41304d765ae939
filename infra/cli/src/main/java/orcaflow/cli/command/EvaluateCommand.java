package orcaflow.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import orcaflow.agents.JudgingEndpoint;
import orcaflow.cli.evaluate.BenchmarkTable;
import orcaflow.cli.evaluate.EndpointAnswers;
import orcaflow.cli.evaluate.EndpointJudge;
import orcaflow.cli.evaluate.PublishedScore;
import orcaflow.cli.heldout.BenchmarkFile;
import orcaflow.cli.robustness.Robustness;
import orcaflow.cli.robustness.RobustnessSet;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Evaluation;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.Folders;
import orcaflow.trainer.evaluate.AnsweringModel;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.BenchmarkRunner;
import orcaflow.trainer.evaluate.DecodingMode;
import orcaflow.trainer.evaluate.StoredAnswers;
import orcaflow.trainer.evaluate.Verdicts;
import orcaflow.trainer.evaluate.statistics.PassAtK;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** pass@1 of one model on benchmark files; needs no Kafka. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Evaluate a policy folder, or a model at an endpoint, on one or several benchmarks.",
      "A policy answers greedily and sampled, an endpoint greedily; --samples adds sampled answers."
    },
    footer = {
      "",
      "Example: ./orcaflow evaluate orcaflow-data/trainer/policies/<version> --robustness",
      "",
      "Example: ./orcaflow evaluate orcaflow-data/trainer/policies/<version> --benchmark"
          + " held-out.jsonl -o json",
      "",
      "Example: ./orcaflow evaluate --endpoint http://127.0.0.1:8000/v1 --model some-model"
          + " --benchmark gsm8k_test.jsonl --benchmark held-out.jsonl --answers answers.jsonl"
          + " --published"
    })
public final class EvaluateCommand implements Callable<Integer> {

  private static final int MOST_SAMPLES = 128;
  private static final int TOKENS_OF_A_POLICY = 64;
  private static final int TOKENS_OF_AN_ENDPOINT = 1024;

  @Mixin private Output output;
  @Mixin private AskedModel asked;

  @Option(
      names = "--benchmark",
      description =
          "Problems with answers, in any form of seeds; may be given several times (default: the"
              + " shipped one).")
  private List<Path> benchmarks = List.of();

  @Option(
      names = "--temperature",
      defaultValue = "0.7",
      description = "Of the sampled mode (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-p",
      defaultValue = "0.95",
      description = "Of the sampled mode (default: ${DEFAULT-VALUE}).")
  private double topP;

  @Option(
      names = "--samples",
      description =
          "Sampled answers to each question; from 2 on pass@k and maj@k are shown (default: 1, and"
              + " none of an endpoint).")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--max-tokens",
      description = "Longest answer (default: 64, and 1024 of an endpoint).")
  private Optional<Integer> maxTokens = Optional.empty();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the sampled mode (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--robustness",
      description =
          "Also answer variants of each question (other names, numbers, order, a sentence that does"
              + " not matter), greedy, held against the originals; for questions in the English of"
              + " the shipped benchmark.")
  private boolean robustness;

  @Option(
      names = "--published",
      description =
          "Also show what others have published for GSM8K, quoted with its source, under the table.")
  private boolean published;

  /** Benchmarks, and the variants of each of them where they are asked for. */
  private record Questions(Benchmark benchmark, Optional<RobustnessSet> variants) {}

  @Override
  public Integer call() throws Exception {
    asked.check();
    if (samples.isPresent() && (samples.get() < 1 || samples.get() > MOST_SAMPLES)) {
      throw new Failure.BadInput(
          "--samples: %d is not between 1 and %d".formatted(samples.get(), MOST_SAMPLES));
    }
    if (maxTokens.orElse(1) < 1) {
      throw new Failure.BadInput("--max-tokens is %d: give 1 or more".formatted(maxTokens.get()));
    }
    Path own = Files.createTempDirectory("orcaflow");
    try {
      List<Questions> questions = questions(own);
      return Stoppable.call(asked.farewell(), stop -> evaluate(questions, stop));
    } finally {
      Folders.delete(own);
    }
  }

  private List<Questions> questions(Path own) throws Exception {
    List<Questions> questions = new ArrayList<>();
    for (Path given : benchmarks) {
      questions.add(read(BenchmarkFile.of(given, own, System.err::println)));
    }
    if (benchmarks.isEmpty()) {
      questions.add(read(BundledFiles.unpack(BundledFiles.BENCHMARK, own)));
    }
    return questions;
  }

  private Questions read(Path file) throws Failure.BadInput {
    Benchmark held = Benchmark.read(file);
    Optional<RobustnessSet> variants = robustness ? RobustnessSet.of(held) : Optional.empty();
    if (robustness && variants.isEmpty()) {
      throw new Failure.BadInput(
          "--robustness: no question of %s is in the English of the shipped benchmark"
              .formatted(held.name()));
    }
    return new Questions(held, variants);
  }

  private List<DecodingMode> modes() {
    int longest = maxTokens.orElse(asked.isPolicy() ? TOKENS_OF_A_POLICY : TOKENS_OF_AN_ENDPOINT);
    return asked.isPolicy() || samples.isPresent()
        ? DecodingMode.both(new Recipe.Sampling(samples.orElse(1), temperature, topP, longest))
        : List.of(DecodingMode.greedy(longest));
  }

  private int evaluate(List<Questions> all, Stoppable stop) throws Exception {
    List<Map<String, Object>> facts = new ArrayList<>();
    List<Evaluation> greedy = new ArrayList<>();
    AnsweringModel model = asked.open();
    Optional<EndpointJudge> judge = Optional.empty();
    try (Progress progress = Progress.on(System.err)) {
      judge = asked.judge();
      BenchmarkRunner examiner =
          judge.isPresent() ? new BenchmarkRunner(model, judge.get()) : new BenchmarkRunner(model);
      for (Questions questions : all) {
        for (DecodingMode mode : modes()) {
          String label = all.size() == 1 ? mode.name() : stem(questions) + "/" + mode.name();
          Evaluation evaluation =
              evaluate(examiner, questions.benchmark(), mode, label, progress, stop);
          Map<String, Object> found = facts(evaluation);
          String text = text(evaluation);
          if (mode.name().equals("greedy")) {
            greedy.add(evaluation);
            if (questions.variants().isPresent()) {
              Robustness measured =
                  Robustness.of(
                      questions.variants().get(),
                      evaluation,
                      part ->
                          evaluate(
                              examiner,
                              part.variants(),
                              mode,
                              label + "/" + part.kind(),
                              progress,
                              stop));
              found.put("robustness", measured.rows());
              text += System.lineSeparator() + measured.text().stripTrailing();
            }
          }
          facts.add(found);
          if (!output.json()) {
            output.text(all.size() == 1 ? text : "%-20s %s".formatted(stem(questions), text));
          }
        }
      }
      model.spent().ifPresent(progress::say);
      judge.map(EndpointJudge::sentence).ifPresent(progress::say);
    } catch (EndpointAnswers.EndpointAway | JudgingEndpoint.JudgeAway away) {
      throw new IllegalStateException(
          "%s; %s".formatted(away.getMessage(), asked.farewell()), away);
    } finally {
      model.close();
      judge.ifPresent(EndpointJudge::close);
    }
    List<PublishedScore> quoted = published ? PublishedScore.gsm8k() : List.of();
    if (output.json()) {
      quoted.forEach(score -> facts.add(quoted(score)));
      output.array(facts);
    } else if (all.size() > 1 || published) {
      output.text("");
      output.text(new BenchmarkTable(greedy, quoted).text());
    }
    return 0;
  }

  private static String stem(Questions questions) {
    return BenchmarkFile.stem(questions.benchmark().name());
  }

  private static Map<String, Object> quoted(PublishedScore score) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("policy", score.model());
    facts.put("benchmark", "GSM8K");
    facts.put("accuracy", score.percent() / 100);
    facts.put("how", score.how());
    facts.put("quoted", score.source());
    return facts;
  }

  private Evaluation evaluate(
      BenchmarkRunner examiner,
      Benchmark questions,
      DecodingMode mode,
      String label,
      Progress progress,
      Stoppable stop) {
    Evaluation evaluation =
        examiner.evaluate(
            questions,
            mode,
            seed,
            done ->
                progress.show(
                    label,
                    done,
                    OptionalLong.of((long) questions.items().size() * mode.samples()),
                    "answers"),
            stop::asked);
    progress.close();
    return evaluation;
  }

  private static String text(Evaluation e) {
    return "%-8s %.3f [%.3f, %.3f]  %d of %d right, %d undecided, %s%.1f s"
        .formatted(
            e.getMode(),
            e.getAccuracy(),
            e.getLow(),
            e.getHigh(),
            e.getCorrect(),
            e.getN(),
            e.getUndecided(),
            e.getSamples() == 1
                ? ""
                : "pass@%1$d %2$.3f, maj@%1$d %3$.3f, "
                    .formatted(
                        e.getSamples(),
                        passAtK(e).get(e.getSamples()),
                        majAtK(e).get(e.getSamples())),
            e.getSeconds());
  }

  private static Map<String, Object> facts(Evaluation e) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("policy", e.getPolicyVersion());
    facts.put("benchmark", e.getBenchmark());
    facts.put("mode", e.getMode());
    facts.put("n", e.getN());
    facts.put("correct", e.getCorrect());
    facts.put("undecided", e.getUndecided());
    facts.put("accuracy", e.getAccuracy());
    facts.put("low", e.getLow());
    facts.put("high", e.getHigh());
    facts.put("samples", e.getSamples());
    facts.put("passAtK", passAtK(e));
    if (e.getSamples() > 1) {
      facts.put("majAtK", majAtK(e));
    }
    facts.put("verdicts", e.getVerdicts());
    facts.put("seconds", e.getSeconds());
    return facts;
  }

  /** pass@k by k: 1, 2, 4 and so on, and all samples. */
  private static Map<Integer, Double> passAtK(Evaluation e) {
    int[] right = Verdicts.of(e).orElseThrow().right();
    return byK(e, k -> PassAtK.mean(right, e.getSamples(), k));
  }

  /** maj@k likewise, for several samples. */
  private static Map<Integer, Double> majAtK(Evaluation e) {
    return byK(e, StoredAnswers.of(e).orElseThrow()::majorityAt);
  }

  private static Map<Integer, Double> byK(Evaluation e, IntToDoubleFunction value) {
    Map<Integer, Double> values = new TreeMap<>();
    for (int k = 1; k < e.getSamples(); k *= 2) {
      values.put(k, value.applyAsDouble(k));
    }
    values.put(e.getSamples(), value.applyAsDouble(e.getSamples()));
    return values;
  }
}
