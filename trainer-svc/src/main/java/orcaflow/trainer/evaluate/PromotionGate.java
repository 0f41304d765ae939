package orcaflow.trainer.evaluate;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import orcaflow.events.Evaluation;
import orcaflow.events.Promotion;
import orcaflow.schemas.recipe.GateSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.evaluate.statistics.NonInferiority;
import orcaflow.trainer.model.StudentFolder;

/**
 * Compares the weights that an iteration ended with to those of the best policy before it, on the
 * validation questions, each answered greedily and sampled. With the policy just before it in place
 * of the best one, small losses would add up, each within the margin. The same weights, questions
 * and seed give the same decision, so that a trainer that was killed decides as it would have.
 */
public final class PromotionGate {

  private final GateSpec spec;
  private final Benchmark validation;
  private final List<DecodingMode> modes;
  private final long seed;
  private final int batch;
  private final Map<String, int[]> known = new HashMap<>();

  /**
   * @param batch questions answered at once
   */
  public PromotionGate(GateSpec spec, Benchmark validation, Recipe recipe, int batch) {
    this.spec = spec;
    this.validation = validation;
    this.modes = DecodingMode.both(recipe.evaluation());
    this.seed = recipe.seed();
    this.batch = batch;
  }

  /**
   * Decides.
   *
   * @param before the best policy so far
   * @param after what the iteration ended with
   * @param stop asked between batches
   * @throws orcaflow.trainer.log.Stopped when {@code stop} says so
   */
  public Promotion compare(StudentFolder before, StudentFolder after, BooleanSupplier stop) {
    int answers = modes.stream().mapToInt(DecodingMode::samples).sum();
    int[] first = right(before, stop);
    int[] second = right(after, stop);
    NonInferiority found = NonInferiority.of(first, second, answers);
    boolean promoted = found.passes(spec.margin());
    // One of the two is the best for the next iteration.
    known.keySet().retainAll(List.of(before.weights().hash(), after.weights().hash()));
    return Promotion.newBuilder()
        .setPromoted(promoted)
        .setCandidate(after.weights().hash())
        .setValidation(validation.name())
        .setQuestions(found.questions())
        .setBefore(found.before())
        .setAfter(found.after())
        .setLow(found.interval().low())
        .setHigh(found.interval().high())
        .setMargin(spec.margin())
        .build();
  }

  /** The questions, file name@hash. */
  public String validation() {
    return validation.name();
  }

  /** A decision in a sentence. */
  public static String sentence(Promotion found) {
    return String.format(
        Locale.ROOT,
        "%s: pass@1 %.3f -> %.3f on %d validation questions, difference %+.3f [%+.3f, %+.3f],"
            + " margin %.3f",
        found.getPromoted() ? "promoted" : "not promoted, the best weights before stay",
        found.getBefore(),
        found.getAfter(),
        found.getQuestions(),
        found.getAfter() - found.getBefore(),
        found.getLow(),
        found.getHigh(),
        found.getMargin());
  }

  /** Right answers to each question, in all modes together. */
  private int[] right(StudentFolder student, BooleanSupplier stop) {
    String weights = student.weights().hash();
    int[] there = known.get(weights);
    if (there != null) {
      return there;
    }
    int[] right = new int[validation.items().size()];
    try (BenchmarkRunner runner = new BenchmarkRunner(weights, weights, student, batch)) {
      for (DecodingMode mode : modes) {
        Evaluation evaluation = runner.evaluate(validation, mode, seed, done -> {}, stop);
        int[] some = new Verdicts(evaluation.getVerdicts(), mode.samples()).right();
        for (int i = 0; i < right.length; i++) {
          right[i] += some[i];
        }
      }
    }
    known.put(weights, right);
    return right;
  }
}
