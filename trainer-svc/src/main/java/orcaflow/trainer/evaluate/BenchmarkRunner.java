package orcaflow.trainer.evaluate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import orcaflow.events.Evaluation;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.StudentFolder;

/**
 * Evaluates one model on benchmarks. It needs no Kafka: {@code orcaflow evaluate} calls it on a
 * folder. The same student, benchmark, mode and seed give the same answers.
 */
public final class BenchmarkRunner implements AutoCloseable {

  /** Leaves undecided what the matcher leaves undecided. */
  private static final AnswerJudge NOBODY =
      doubts -> Collections.nCopies(doubts.size(), VerdictValue.UNDECIDED);

  private final AnsweringModel model;
  private final AnswerJudge judge;
  private Benchmark last;
  private int[] families = new int[0];

  /** Of any model, which is closed with it; the matcher alone decides. */
  public BenchmarkRunner(AnsweringModel model) {
    this(model, NOBODY);
  }

  /** With a judge of answers that the matcher cannot decide. */
  public BenchmarkRunner(AnsweringModel model, AnswerJudge judge) {
    this.model = model;
    this.judge = judge;
  }

  /**
   * Of a student.
   *
   * @param policyVersion under which evaluations are published
   * @param name iteration name
   * @param batch completions made at once
   */
  public BenchmarkRunner(String policyVersion, String name, StudentFolder student, int batch) {
    this(new AnsweringStudent(policyVersion, name, student, batch));
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
    List<Benchmark.Item> questions = benchmark.items();
    Score score = new Score(families(benchmark), mode.samples());
    int atOnce = model.atOnce(mode);
    for (int from = 0; from < questions.size(); from += atOnce) {
      if (stop.getAsBoolean()) {
        throw new Stopped();
      }
      int to = Math.min(questions.size(), from + atOnce);
      List<Benchmark.Item> some = questions.subList(from, to);
      List<List<GradedAnswer>> graded =
          GradedAnswer.judged(some, model.answer(some, mode, seed), judge);
      for (int question = from; question < to; question++) {
        score.add(question, graded.get(question - from));
      }
      done.accept(score.n());
    }
    return event(benchmark, mode, score, (System.nanoTime() - began) / 1e9);
  }

  @Override
  public void close() {
    model.close();
  }

  /** Those of a benchmark are found once for all its modes. */
  private int[] families(Benchmark benchmark) {
    if (benchmark != last) {
      last = benchmark;
      families = benchmark.families();
    }
    return families;
  }

  private Evaluation event(Benchmark benchmark, DecodingMode mode, Score score, double seconds) {
    Wilson interval = score.interval();
    return Evaluation.newBuilder()
        .setId(id(model.version(), benchmark, mode))
        .setPolicyVersion(model.version())
        .setName(model.name())
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
        .setFamilies(score.families().orElse(null))
        .setTokens(score.tokens())
        .setCut(score.cut())
        .setEntropy(score.entropy().isPresent() ? score.entropy().getAsDouble() : null)
        .build();
  }
}
