package orcaflow.trainer.train;

import java.util.List;
import orcaflow.trainer.student.DpoSettings;
import orcaflow.trainer.student.Example;
import orcaflow.trainer.student.KtoSettings;
import orcaflow.trainer.student.Labelled;
import orcaflow.trainer.student.Learner;
import orcaflow.trainer.student.Pair;
import orcaflow.trainer.student.StepResult;

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

    BatchPlan plan(int batch, long seed);

    /** One optimiser step on the rows of these numbers. */
    StepResult learn(Learner learner, int[] batch);
  }

  /** SFT. */
  record Demonstrated(List<Example> examples, String note) implements Taught {
    @Override
    public int rows() {
      return examples.size();
    }

    @Override
    public BatchPlan plan(int batch, long seed) {
      return BatchPlan.plain(rows(), batch, seed);
    }

    @Override
    public StepResult learn(Learner learner, int[] batch) {
      return learner.sft(pick(examples, batch));
    }
  }

  /**
   * KTO.
   *
   * @param problems the problem of each row
   */
  record Judged(List<Labelled> labelled, List<String> problems, KtoSettings settings, String note)
      implements Taught {
    @Override
    public int rows() {
      return labelled.size();
    }

    @Override
    public BatchPlan plan(int batch, long seed) {
      return BatchPlan.spread(problems, batch, seed);
    }

    @Override
    public StepResult learn(Learner learner, int[] batch) {
      return learner.kto(pick(labelled, batch), settings);
    }
  }

  /** DPO. */
  record Preferred(List<Pair> pairs, DpoSettings settings, String note) implements Taught {
    @Override
    public int rows() {
      return pairs.size();
    }

    @Override
    public BatchPlan plan(int batch, long seed) {
      return BatchPlan.plain(rows(), batch, seed);
    }

    @Override
    public StepResult learn(Learner learner, int[] batch) {
      return learner.dpo(pick(pairs, batch), settings);
    }
  }

  private static <T> List<T> pick(List<T> rows, int[] batch) {
    return java.util.Arrays.stream(batch).mapToObj(rows::get).toList();
  }
}
