package orcaflow.trainer.evaluate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import orcaflow.events.Evaluation;
import orcaflow.schemas.Ids;
import orcaflow.schemas.StudentPrompt;
import orcaflow.trainer.generate.CompletionOutput;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.RequestOutput;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/**
 * Evaluates one student on benchmarks. It needs no Kafka: {@code orcaflow evaluate} calls it on a
 * folder. The same student, benchmark, mode and seed give the same answers.
 */
public final class BenchmarkRunner implements AutoCloseable {

  private final String policyVersion;
  private final String name;
  private final int context;
  private final StudentFolder student;
  private final Sampler sampler;
  private final int batch;

  /**
   * @param policyVersion under which evaluations are published
   * @param name iteration name
   * @param batch completions made at once
   */
  public BenchmarkRunner(String policyVersion, String name, StudentFolder student, int batch) {
    this.policyVersion = policyVersion;
    this.name = name;
    this.context = student.config().contextLength();
    this.student = student;
    this.sampler = new Sampler(student.config(), student.weights());
    this.batch = batch;
  }

  /** The student in a folder, under the folder's name. */
  public static BenchmarkRunner of(Path folder, int batch) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return new BenchmarkRunner(name, name, StudentFolder.load(folder), batch);
  }

  /** Id of an evaluation; each is made once. */
  public static String id(String policyVersion, Benchmark benchmark, DecodingMode mode) {
    return Ids.evaluation(policyVersion, benchmark.name(), mode.name());
  }

  /**
   * Answers every question and grades every answer.
   *
   * @param done called with the number of answers so far
   * @param stop asked between batches
   * @throws Stopped when {@code stop} says so
   */
  public Evaluation evaluate(
      Benchmark benchmark, DecodingMode mode, long seed, IntConsumer done, BooleanSupplier stop) {
    long began = System.nanoTime();
    Score score = new Score(benchmark.items().size(), mode.samples());
    ExampleEncoder examples = new ExampleEncoder(student.tokenizer());
    List<Integer> answered = new ArrayList<>();
    List<GenerationRequest> requests = new ArrayList<>();
    for (int question = 0; question < benchmark.items().size(); question++) {
      Benchmark.Item item = benchmark.items().get(question);
      int[] prompt = examples.prompt(item.question());
      if (prompt.length >= context) {
        score.unanswered(mode.samples());
        continue;
      }
      answered.add(question);
      requests.add(request(item, prompt, mode, seed));
    }
    int atOnce = Math.max(1, batch / mode.samples());
    for (int from = 0; from < answered.size(); from += atOnce) {
      if (stop.getAsBoolean()) {
        throw new Stopped();
      }
      int to = Math.min(answered.size(), from + atOnce);
      List<RequestOutput> outputs = sampler.generate(requests.subList(from, to));
      grade(benchmark, answered.subList(from, to), outputs, score);
      done.accept(score.n());
    }
    return event(benchmark, mode, score, (System.nanoTime() - began) / 1e9);
  }

  @Override
  public void close() {
    sampler.close();
  }

  /** The seed belongs to the question, so that its answer depends on no other question. */
  private GenerationRequest request(
      Benchmark.Item item, int[] prompt, DecodingMode mode, long seed) {
    long own =
        Long.parseUnsignedLong(Ids.hash("evaluate", item.id(), Long.toString(seed)), 0, 16, 16);
    return new GenerationRequest(
        prompt,
        mode.samples(),
        mode.temperature(),
        mode.topP(),
        own,
        Math.min(context - prompt.length, mode.maxTokens()),
        OptionalInt.of(0));
  }

  private void grade(
      Benchmark benchmark, List<Integer> questions, List<RequestOutput> outputs, Score score) {
    for (int i = 0; i < questions.size(); i++) {
      int question = questions.get(i);
      int sample = 0;
      for (CompletionOutput completion : outputs.get(i).samples()) {
        String text = StudentPrompt.answer(student.tokenizer().decode(completion.ids()));
        score.generated(completion);
        score.add(
            question, sample++, benchmark.items().get(question).answer(), text, completion.isCut());
      }
    }
  }

  private Evaluation event(Benchmark benchmark, DecodingMode mode, Score score, double seconds) {
    Wilson interval = score.interval();
    return Evaluation.newBuilder()
        .setId(id(policyVersion, benchmark, mode))
        .setPolicyVersion(policyVersion)
        .setName(name)
        .setBenchmark(benchmark.name())
        .setMode(mode.name())
        .setTemperature(mode.temperature())
        .setTopP(mode.topP())
        .setN(score.n())
        .setCorrect(score.correct())
        .setUndecided(score.undecided())
        .setAccuracy(score.accuracy())
        .setLow(interval.low())
        .setHigh(interval.high())
        .setStyles(score.styles())
        .setSeconds(seconds)
        .setTime(Instant.now())
        .setSamples(mode.samples())
        .setVerdicts(score.verdicts().marks())
        .setAnswers(score.answers().orElse(null))
        .setTokens(score.tokens())
        .setCut(score.cut())
        .setEntropy(score.entropy().isPresent() ? score.entropy().getAsDouble() : null)
        .build();
  }
}
