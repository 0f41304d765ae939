package orcaflow.trainer.serve;

import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.trainer.generate.ContinuousBatch;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.tokenizer.StudentTokenizer;

/**
 * A student in memory, ready to generate. Policies with the same weights share one: an iteration
 * that the gate turns down publishes the weights before it once more. The last {@link #close} frees
 * the memory.
 */
final class LoadedStudent implements AutoCloseable {

  private final String weightsHash;
  private final int context;
  private final StudentTokenizer tokenizer;
  private final ExampleEncoder examples;
  private final Sampler sampler;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * @param weightsHash of the student's weights, which takes a pass over all of them
   */
  LoadedStudent(String weightsHash, StudentFolder student) {
    this.weightsHash = weightsHash;
    this.context = student.config().contextLength();
    this.tokenizer = student.tokenizer();
    this.examples = new ExampleEncoder(tokenizer);
    this.sampler = new Sampler(student.config(), student.weights());
  }

  String weightsHash() {
    return weightsHash;
  }

  /** Tokens that a question and its completion may have together. */
  int context() {
    return context;
  }

  StudentTokenizer tokenizer() {
    return tokenizer;
  }

  int[] prompt(String question) {
    return examples.prompt(question);
  }

  /** An empty batch, to be closed before this. */
  ContinuousBatch newBatch() {
    return sampler.newBatch();
  }

  /** The same student for one more user, who closes it, too. Only for who has not closed it. */
  LoadedStudent share() {
    users.incrementAndGet();
    return this;
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      sampler.close();
    }
  }
}
