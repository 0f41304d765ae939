package orcaflow.trainer.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import org.apache.avro.specific.SpecificRecord;

/** What an objective makes of an iteration's rows: a set to train on, or nothing. */
public sealed interface TrainingData {

  /** How many rows there are to train on. */
  int rows();

  /** What became of the rows, for the policy event. */
  String note();

  /**
   * Rows that do not make an iteration.
   *
   * @param note says why
   */
  record Nothing(String note) implements TrainingData {
    @Override
    public int rows() {
      return 0;
    }
  }

  /**
   * Rows in token ids, with the objective that trains on them.
   *
   * @param sources where each example comes from
   */
  record Examples<E>(
      Objective<?, E> objective, List<E> examples, List<RowSource> sources, String note)
      implements TrainingData {

    @Override
    public int rows() {
      return examples.size();
    }

    /** Which rows are in which batch. */
    public BatchPlan batches(IterationSpec spec, long seed) {
      return objective.batches(this, spec, seed);
    }

    /** How many rows are in any batch. */
    public int inBatches() {
      return objective.inBatches(examples);
    }

    /** How many completions are compared with the reference. */
    public int compared() {
      return objective.compared(rows());
    }

    /** One optimiser step on the rows of these numbers. */
    public StepResult step(Learner learner, int[] rows, ReferenceModel reference) {
      return objective.step(learner, new Batch<>(examples, rows, reference));
    }

    /** Tokens of each row, without padding. */
    public int[] lengths() {
      return examples.stream().mapToInt(objective::length).toArray();
    }

    /** The completions of a row, of which some may be sampled. */
    public List<Example> completions(int row) {
      return objective.completions(examples.get(row));
    }

    /** The id of each row's problem. */
    public List<String> problems() {
      return sources.stream().map(RowSource::problem).toList();
    }
  }

  /**
   * Encodes rows. Those that are longer than the context are counted and left out.
   *
   * @param context most tokens of a row, prompt and completion together
   * @param batch rows of a step
   */
  static <R extends SpecificRecord, E> TrainingData of(
      Objective<R, E> objective,
      List<SourcedRow<R>> rows,
      ExampleEncoder encoder,
      int context,
      int batch) {
    List<E> examples = new ArrayList<>();
    List<RowSource> sources = new ArrayList<>();
    for (SourcedRow<R> row : rows) {
      E example = objective.encode(row.event(), encoder);
      if (objective.length(example) <= context) {
        examples.add(example);
        sources.add(row.source());
      }
    }
    String counted = counted(examples.size(), rows.size(), context, objective.rowName());
    Optional<String> refusal = objective.refusal(examples, sources);
    if (examples.isEmpty() || refusal.isPresent()) {
      return new Nothing(counted + refusal.map(why -> "; " + why).orElse(""));
    }
    String small =
        examples.size() >= batch
            ? ""
            : "; batches of %d instead of %d".formatted(examples.size(), batch);
    return new Examples<>(
        objective, examples, sources, counted + objective.remark(examples) + small);
  }

  private static String counted(int usable, int all, int context, String name) {
    return usable == all
        ? "%d %s".formatted(all, name)
        : "%d of %d %s; %d left out as longer than %d tokens"
            .formatted(usable, all, name, all - usable, context);
  }
}
