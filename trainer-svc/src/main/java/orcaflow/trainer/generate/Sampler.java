package orcaflow.trainer.generate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.Torch;

/**
 * Answers questions with one set of weights, of which it keeps its own copy: it may work beside a
 * learner, on another thread. Calls may come from several threads; close it after the last.
 *
 * <p>An answer is a function of its question alone. The random numbers are drawn here, from the
 * question's own seed, for each sample and token; and the products in ops.py round each row alike,
 * whatever stands beside it.
 */
public final class Sampler implements AutoCloseable {

  /** Completions made side by side on one thread. */
  private static final int ROWS = 128;

  /** Fewer rows than this are not worth a thread of their own. */
  private static final int WORTH_A_THREAD = 16;

  private final InferenceWeights student;

  /** In the precision of this JVM. */
  public Sampler(StudentConfig config, Weights weights) {
    this(config, weights, Precision.current());
  }

  public Sampler(StudentConfig config, Weights weights, Precision precision) {
    this.student = new InferenceWeights(config, weights, precision);
  }

  /** How many batches are worth running side by side: as many as there are computing threads. */
  public static int lanes() {
    return Torch.threads();
  }

  /** Advances batches side by side, on the computing threads, and waits for all of them. */
  public static void advance(List<ContinuousBatch> batches) {
    List<Callable<ContinuousBatch>> work = new ArrayList<>();
    for (ContinuousBatch batch : batches) {
      work.add(
          () -> {
            batch.advance();
            return batch;
          });
    }
    Torch.all(work);
  }

  /** An empty batch, to be closed before this. */
  public ContinuousBatch runningBatch() {
    return new ContinuousBatch(student);
  }

  /** Answers in the order of the questions; each depends on its own question alone. */
  public List<RequestOutput> answer(List<GenerationRequest> questions) {
    questions.forEach(question -> ContinuousBatch.check(student.config(), question));
    int all = questions.stream().mapToInt(GenerationRequest::samples).sum();
    List<Generation> answers = new ArrayList<>(Collections.nCopies(questions.size(), null));
    AtomicInteger next = new AtomicInteger();
    List<Callable<Integer>> work = new ArrayList<>();
    do {
      work.add(() -> answer(questions, next, answers));
    } while (work.size() < Math.min(lanes(), all / WORTH_A_THREAD));
    Torch.all(work);
    return answers.stream().map(Generation::answer).toList();
  }

  /** Takes the next questions whenever a part of the rows has become free. */
  private int answer(
      List<GenerationRequest> questions, AtomicInteger next, List<Generation> answers) {
    try (ContinuousBatch batch = runningBatch()) {
      do {
        if (batch.rows() <= ROWS - WORTH_A_THREAD) {
          int taken;
          while (batch.rows() < ROWS && (taken = next.getAndIncrement()) < questions.size()) {
            answers.set(taken, batch.join(questions.get(taken), StopRule.NONE));
          }
        }
        batch.advance();
      } while (batch.rows() > 0);
    }
    return next.get();
  }

  @Override
  public void close() {
    student.close();
  }
}
