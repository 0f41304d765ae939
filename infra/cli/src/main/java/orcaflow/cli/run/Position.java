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
 * @param state what becomes of the iteration
 * @param step the last step that was trained, 0 before the first
 * @param steps of the iteration
 */
public record Position(
    int number,
    Optional<Integer> of,
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
      int number = open.get().getNumber();
      return at(recipe, run, number, State.OPEN);
    }
    int next = run.policies().isEmpty() ? 1 : run.policies().lastKey() + 1;
    return recipe.iteration(next).isPresent()
        ? at(recipe, run, next, State.NEXT)
        : at(recipe, run, recipe.iterations().size(), State.DONE);
  }

  private static Position at(Recipe recipe, RunSnapshot run, int number, State state) {
    IterationSpec spec =
        recipe
            .iteration(number)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the run has an iteration %d, and its recipe '%s' has none"
                            .formatted(number, recipe.name())));
    int step =
        run.lastStep()
            .filter(last -> last.getIteration().equals(spec.name()))
            .map(TrainingStep::getStep)
            .orElse(0);
    return new Position(
        number,
        recipe.continuous().isPresent()
            ? Optional.empty()
            : Optional.of(recipe.iterations().size()),
        spec.name(),
        spec.algorithm(),
        state,
        step,
        spec.steps());
  }

  /** In a line. */
  public String text() {
    String place =
        of.map(all -> "%d of %d".formatted(number, all)).orElse(number + ", without end");
    String what =
        switch (state) {
          case NEXT -> "is next, %,d steps".formatted(steps);
          case OPEN -> String.format(Locale.ROOT, "is trained, step %,d of %,d", step, steps);
          case DONE -> "is trained, and no other follows";
        };
    return "iteration %s: %s %s %s".formatted(place, iteration, algorithm, what);
  }
}
