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
 * Generates completions with one set of weights, of which it keeps a copy: it may work beside a
 * learner, on another thread. Calls may come from several threads; close it after the last.
 *
 * <p>A completion is a function of its request alone. The random numbers are drawn here, from the
 * seed of the request, for each sample and token; and the products in ops.py round each row alike,
 * whatever rows stand beside it.
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

  /** How many batches are worth running side by side: one for each computing thread. */
  public static int threads() {
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
  public ContinuousBatch newBatch() {
    return new ContinuousBatch(student);
  }

  /** Completions in the order of the requests; each depends on its own request alone. */
  public List<RequestOutput> generate(List<GenerationRequest> requests) {
    requests.forEach(request -> ContinuousBatch.check(student.config(), request));
    int all = requests.stream().mapToInt(GenerationRequest::samples).sum();
    List<Generation> generations = new ArrayList<>(Collections.nCopies(requests.size(), null));
    AtomicInteger next = new AtomicInteger();
    List<Callable<Integer>> work = new ArrayList<>();
    do {
      work.add(() -> generate(requests, next, generations));
    } while (work.size() < Math.min(threads(), all / WORTH_A_THREAD));
    Torch.all(work);
    return generations.stream().map(Generation::output).toList();
  }

  /** Adds the next requests whenever enough rows are free. */
  private int generate(
      List<GenerationRequest> requests, AtomicInteger next, List<Generation> generations) {
    try (ContinuousBatch batch = newBatch()) {
      do {
        if (batch.rows() <= ROWS - WORTH_A_THREAD) {
          int taken;
          while (batch.rows() < ROWS && (taken = next.getAndIncrement()) < requests.size()) {
            generations.set(taken, batch.add(requests.get(taken), StopRule.NONE));
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
