package orcaflow.trainer.objective;

import java.util.List;
import java.util.Optional;
import orcaflow.schemas.Topic;
import orcaflow.schemas.recipe.Algorithm;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import org.apache.avro.specific.SpecificRecord;

/**
 * What an iteration optimises: it encodes rows, orders batches, and takes a step on a batch.
 *
 * <p>A new algorithm is a class that implements this, with a constructor without parameters, and
 * its name in {@code META-INF/services/orcaflow.schemas.recipe.Algorithm}.
 *
 * @param <R> event of a row
 * @param <E> a row in token ids
 */
public interface Objective<R extends SpecificRecord, E> extends Algorithm {

  @Override
  Topic<R> topic();

  /** The same objective with the settings of an iteration. */
  default Objective<R, E> with(IterationSpec spec) {
    return this;
  }

  /** What a note calls its rows, in the plural. */
  String rowName();

  /** Whether a row belongs to its data. */
  default boolean takes(R row) {
    return true;
  }

  /** What rows have in common of which only the first, by its id, counts; none unless given. */
  default Optional<Object> countedOnce(R row) {
    return Optional.empty();
  }

  /** A row in token ids. */
  E encode(R row, ExampleEncoder encoder);

  /** Tokens of an example, without padding; of several completions the longest counts. */
  int length(E example);

  /**
   * The completions of an example, of which some may be sampled. Without them the difference of
   * sampler and trainer is not measured.
   */
  default List<Example> completions(E example) {
    return List.of();
  }

  /** Why these rows do not make an iteration, if they do not. */
  default Optional<String> refusal(List<E> examples, List<RowSource> sources) {
    return Optional.empty();
  }

  /** What the note of the policy says besides, beginning with a semicolon. */
  default String remark(List<E> examples) {
    return "";
  }

  /** How many completions of N rows are compared with the reference. */
  default int compared(int rows) {
    return 0;
  }

  /** How many of the rows are in any batch. */
  default int inBatches(List<E> examples) {
    return examples.size();
  }

  /** Which rows are in which batch. */
  default BatchPlan batches(TrainingData.Examples<E> data, IterationSpec spec, long seed) {
    return spec.groupByLength()
        ? BatchPlan.byLength(data.lengths(), spec.batch(), seed)
        : BatchPlan.plain(data.rows(), spec.batch(), seed);
  }

  /** One optimiser step. */
  StepResult step(Learner learner, Batch<E> batch);
}
