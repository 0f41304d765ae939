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
import orcaflow.cli.heldout.BenchmarkFile;
import orcaflow.cli.robustness.Robustness;
import orcaflow.cli.robustness.RobustnessSet;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Evaluation;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.BenchmarkRunner;
import orcaflow.trainer.evaluate.DecodingMode;
import orcaflow.trainer.evaluate.StoredAnswers;
import orcaflow.trainer.evaluate.Verdicts;
import orcaflow.trainer.evaluate.statistics.PassAtK;
import orcaflow.trainer.model.StudentFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** pass@1 of one policy folder on one benchmark file; needs no Kafka. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Evaluate a policy folder on a benchmark, greedy and sampled.",
    footer = {
      "",
      "Example: ./orcaflow evaluate orcaflow-data/trainer/policies/<version> --robustness",
      "",
      "Example: ./orcaflow evaluate orcaflow-data/trainer/policies/<version> --benchmark"
          + " held-out.jsonl -o json"
    })
public final class EvaluateCommand implements Callable<Integer> {

  private static final int MOST_SAMPLES = 128;

  @Mixin private Output output;

  @Parameters(paramLabel = "POLICY", description = "Folder of a policy, in Hugging Face format.")
  private Path policy;

  @Option(
      names = "--benchmark",
      description = "Problems with answers, in any form of seeds (default: the shipped one).")
  private Optional<Path> benchmark = Optional.empty();

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
      defaultValue = "1",
      description =
          "Sampled answers to each question; from 2 on pass@k and maj@k are shown (default:"
              + " ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--max-tokens",
      defaultValue = "64",
      description = "Longest answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

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

  @Override
  public Integer call() throws Exception {
    if (!Files.isDirectory(policy)) {
      throw new Failure.BadInput("%s: there is no such folder".formatted(policy));
    }
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new Failure.BadInput(
          "--samples: %d is not between 1 and %d".formatted(samples, MOST_SAMPLES));
    }
    Path own = Files.createTempDirectory("orcaflow");
    Benchmark held =
        Benchmark.read(
            benchmark.isPresent()
                ? BenchmarkFile.of(benchmark.get(), own, System.err::println)
                : BundledFiles.unpack(BundledFiles.BENCHMARK, own));
    Optional<RobustnessSet> variants = robustness ? RobustnessSet.of(held) : Optional.empty();
    if (robustness && variants.isEmpty()) {
      throw new Failure.BadInput(
          "--robustness: no question of %s is in the English of the shipped benchmark"
              .formatted(held.name()));
    }
    return Stoppable.call("nothing is kept", stop -> evaluate(held, variants, stop));
  }

  private int evaluate(Benchmark held, Optional<RobustnessSet> variants, Stoppable stop)
      throws Exception {
    List<Map<String, Object>> evaluations = new ArrayList<>();
    try (Progress progress = Progress.on(System.err);
        BenchmarkRunner examiner =
            new BenchmarkRunner(
                policy.getFileName().toString(), "", StudentFolder.load(policy), 128)) {
      for (DecodingMode mode :
          DecodingMode.both(new Recipe.Sampling(samples, temperature, topP, maxTokens))) {
        Evaluation evaluation = evaluate(examiner, held, mode, mode.name(), progress, stop);
        Map<String, Object> facts = facts(evaluation);
        String text = text(evaluation);
        if (mode.name().equals("greedy") && variants.isPresent()) {
          Robustness measured =
              Robustness.of(
                  variants.get(),
                  evaluation,
                  part ->
                      evaluate(
                          examiner,
                          part.variants(),
                          mode,
                          mode.name() + "/" + part.kind(),
                          progress,
                          stop));
          facts.put("robustness", measured.rows());
          text += System.lineSeparator() + measured.text().stripTrailing();
        }
        evaluations.add(facts);
        if (!output.json()) {
          output.text(text);
        }
      }
    }
    if (output.json()) {
      output.array(evaluations);
    }
    return 0;
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
