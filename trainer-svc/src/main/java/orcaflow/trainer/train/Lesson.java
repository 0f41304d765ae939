package orcaflow.trainer.train;

import java.util.List;
import orcaflow.schemas.recipe.Recipe.Step;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.objective.BatchPlan;
import orcaflow.trainer.objective.DpoSettings;
import orcaflow.trainer.objective.KtoSettings;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.ReferenceModel;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;

/** What an iteration learns from: its usable rows in token ids, and how a batch is learnt. */
sealed interface Lesson {

  /** How many rows there are to learn from. */
  int rows();

  /** What became of the rows, for the policy event. */
  String note();

  /** Rows that do not make an iteration; the note says why. */
  record Nothing(String note) implements Lesson {
    @Override
    public int rows() {
      return 0;
    }
  }

  /** Rows that do. */
  sealed interface Taught extends Lesson {

    /** Where each row comes from. */
    List<RowSource> origins();

    /** Tokens of each row, padding aside. */
    int[] lengths();

    /** Which rows are in which batch. */
    default BatchPlan plan(Step step, long seed) {
      return step.groupByLength().orElse(false)
          ? BatchPlan.byLength(lengths(), step.batch(), seed)
          : BatchPlan.plain(rows(), step.batch(), seed);
    }

    /** The problem of each row. */
    default List<String> problems() {
      return origins().stream().map(RowSource::problem).toList();
    }

    /** How many completions are compared with what the reference says of them. */
    int compared();

    /**
     * One optimiser step on the rows of these numbers.
     *
     * @param reference what is known of the {@link #compared} completions; is added to
     */
    StepResult learn(Learner learner, int[] batch, ReferenceModel reference);
  }

  /** SFT. */
  record Demonstrated(List<Example> examples, List<RowSource> origins, String note)
      implements Taught {
    @Override
    public int rows() {
      return examples.size();
    }

    @Override
    public int[] lengths() {
      return examples.stream().mapToInt(Example::length).toArray();
    }

    @Override
    public int compared() {
      return 0;
    }

    @Override
    public StepResult learn(Learner learner, int[] batch, ReferenceModel reference) {
      return learner.sft(pick(examples, batch));
    }
  }

  /** KTO. */
  record Judged(
      List<UnpairedExample> labelled, List<RowSource> origins, KtoSettings settings, String note)
      implements Taught {
    @Override
    public int rows() {
      return labelled.size();
    }

    @Override
    public int[] lengths() {
      return labelled.stream().mapToInt(row -> row.example().length()).toArray();
    }

    @Override
    public BatchPlan plan(Step step, long seed) {
      return step.groupByLength().orElse(false)
          ? BatchPlan.spreadByLength(problems(), lengths(), step.batch(), seed)
          : BatchPlan.spread(problems(), step.batch(), seed);
    }

    @Override
    public int compared() {
      return rows();
    }

    @Override
    public StepResult learn(Learner learner, int[] batch, ReferenceModel reference) {
      return learner.kto(pick(labelled, batch), settings, batch, reference);
    }
  }

  /** DPO. */
  record Preferred(
      List<PreferenceExample> pairs, List<RowSource> origins, DpoSettings settings, String note)
      implements Taught {
    @Override
    public int rows() {
      return pairs.size();
    }

    @Override
    public int[] lengths() {
      return pairs.stream()
          .mapToInt(pair -> Math.max(pair.chosen().length(), pair.rejected().length()))
          .toArray();
    }

    @Override
    public int compared() {
      return 2 * rows();
    }

    @Override
    public StepResult learn(Learner learner, int[] batch, ReferenceModel reference) {
      return learner.dpo(pick(pairs, batch), settings, batch, reference);
    }
  }

  private static <T> List<T> pick(List<T> rows, int[] batch) {
    return java.util.Arrays.stream(batch).mapToObj(rows::get).toList();
  }
}
