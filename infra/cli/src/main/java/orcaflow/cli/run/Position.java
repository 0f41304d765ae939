package orcaflow.cli.run;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;

/**
 * Where a run is in its recipe.
 *
 * @param number of the iteration, from 1
 * @param of how many iterations the recipe has; none where it has no end
 * @param inRecipe whether the recipe has the iteration: a run is also read with another recipe than
 *     the one that it was made with
 * @param state what becomes of the iteration
 * @param step the last step that was trained, 0 before the first
 * @param steps of the iteration
 */
public record Position(
    int number,
    Optional<Integer> of,
    boolean inRecipe,
    String iteration,
    String algorithm,
    State state,
    int step,
    int steps) {

  /** What becomes of an iteration. */
  public enum State {
    /** It is the next, and is not open yet. */
    NEXT,
    /** It is open and has no policy yet. */
    OPEN,
    /** It is the last of the recipe, and has its policy. */
    DONE
  }

  /** The iteration that is open, else the next, else the last. */
  public static Position of(Recipe recipe, RunSnapshot run) {
    Optional<Iteration> open =
        run.iterations().values().stream()
            .filter(iteration -> run.policy(iteration.getNumber()).isEmpty())
            .min(Comparator.comparingInt(Iteration::getNumber));
    if (open.isPresent()) {
      return at(recipe, run, open.get().getNumber(), State.OPEN);
    }
    int last = run.policies().isEmpty() ? 0 : run.policies().lastKey();
    return recipe.iteration(last + 1).isPresent()
        ? at(recipe, run, last + 1, State.NEXT)
        : at(recipe, run, Math.max(last, recipe.iterations().size()), State.DONE);
  }

  private static Position at(Recipe recipe, RunSnapshot run, int number, State state) {
    Optional<Iteration> event =
        run.iterations().values().stream()
            .filter(iteration -> iteration.getNumber() == number)
            .findAny();
    Optional<IterationSpec> spec = recipe.iteration(number);
    String name =
        event
            .map(Iteration::getName)
            .or(() -> spec.map(IterationSpec::name))
            .orElseGet(() -> "number " + number);
    Optional<TrainingStep> last = run.lastStep().filter(step -> step.getIteration().equals(name));
    return new Position(
        number,
        recipe.continuous().isPresent()
            ? Optional.empty()
            : Optional.of(recipe.iterations().size()),
        spec.isPresent(),
        name,
        event
            .map(Iteration::getAlgorithm)
            .or(() -> spec.map(IterationSpec::algorithm))
            .orElse("unknown"),
        state,
        last.map(TrainingStep::getStep).orElse(0),
        last.map(TrainingStep::getSteps).or(() -> spec.map(IterationSpec::steps)).orElse(0));
  }

  /** In a line. */
  public String text() {
    String place =
        !inRecipe
            ? number + ", which the recipe lacks"
            : of.map(all -> "%d of %d".formatted(number, all)).orElse(number + ", without end");
    String what =
        switch (state) {
          case NEXT -> "is next, %,d steps".formatted(steps);
          case OPEN -> String.format(Locale.ROOT, "is trained, step %,d of %,d", step, steps);
          case DONE -> "is trained, and no other follows";
        };
    return "iteration %s: %s %s %s".formatted(place, iteration, algorithm, what);
  }
}
