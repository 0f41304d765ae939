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
  private final int[] families;
  private final Map<String, Answers> known = new HashMap<>();

  /**
   * @param batch questions answered at once
   */
  public PromotionGate(GateSpec spec, Benchmark validation, Recipe recipe, int batch) {
    this.spec = spec;
    this.validation = validation;
    this.modes = DecodingMode.both(recipe.evaluation());
    this.seed = recipe.seed();
    this.batch = batch;
    this.families = validation.families();
  }

  /** Right answers to each question, in all modes together, and the sampled ones. */
  private record Answers(int[] right, Evaluation sampled) {}

  /**
   * What was decided.
   *
   * @param drifts how the answers changed otherwise, more than usual; weights that drift are not
   *     promoted unless they are surely better
   */
  public record Decision(Promotion promotion, List<Drift> drifts) {}

  /**
   * Decides.
   *
   * @param before the best policy so far
   * @param after what the iteration ended with
   * @param stop asked between batches
   * @throws orcaflow.trainer.log.Stopped when {@code stop} says so
   */
  public Decision compare(StudentFolder before, StudentFolder after, BooleanSupplier stop) {
    int answers = modes.stream().mapToInt(DecodingMode::samples).sum();
    Answers first = answers(before, stop);
    Answers second = answers(after, stop);
    NonInferiority found = NonInferiority.of(first.right(), second.right(), answers, families);
    List<Drift> drifts = Drift.between(first.sampled(), second.sampled());
    boolean promoted =
        found.passes(spec.margin()) && (drifts.isEmpty() || found.interval().low() > 0);
    // One of the two is the best for the next iteration.
    known.keySet().retainAll(List.of(before.weights().hash(), after.weights().hash()));
    Promotion promotion =
        Promotion.newBuilder()
            .setPromoted(promoted)
            .setCandidate(after.weights().hash())
            .setValidation(validation.name())
            .setQuestions(found.questions())
            .setBefore(found.before())
            .setAfter(found.after())
            .setLow(found.interval().low())
            .setHigh(found.interval().high())
            .setMargin(spec.margin())
            .setAlarms(drifts.stream().map(drift -> drift.kind().name()).toList())
            .build();
    return new Decision(promotion, drifts);
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
            + " margin %.3f%s",
        found.getPromoted() ? "promoted" : "not promoted, the best weights before stay",
        found.getBefore(),
        found.getAfter(),
        found.getQuestions(),
        found.getAfter() - found.getBefore(),
        found.getLow(),
        found.getHigh(),
        found.getMargin(),
        found.getAlarms().isEmpty() ? "" : "; alarms: " + String.join(", ", found.getAlarms()));
  }

  private Answers answers(StudentFolder student, BooleanSupplier stop) {
    String weights = student.weights().hash();
    Answers there = known.get(weights);
    if (there == null) {
      there = asked(student, weights, stop);
      known.put(weights, there);
    }
    return there;
  }

  private Answers asked(StudentFolder student, String weights, BooleanSupplier stop) {
    int[] right = new int[validation.items().size()];
    Evaluation last = null;
    try (BenchmarkRunner runner = new BenchmarkRunner(weights, weights, student, batch)) {
      for (DecodingMode mode : modes) {
        last = runner.evaluate(validation, mode, seed, done -> {}, stop);
        int[] some = new Verdicts(last.getVerdicts(), mode.samples()).right();
        for (int i = 0; i < right.length; i++) {
          right[i] += some[i];
        }
      }
    }
    return new Answers(right, last);
  }
}
