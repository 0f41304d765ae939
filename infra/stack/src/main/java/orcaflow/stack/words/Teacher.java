package orcaflow.stack.words;

import java.util.List;
import java.util.Optional;
import orcaflow.schemas.Ids;

/**
 * Solves problems in its styles. Which style a problem gets is decided by its hash, evenly: a
 * student that has seen each style on different problems learns them all, and feedback on the
 * answers can then tell it which to trust.
 */
public final class Teacher {

  public static final List<SolutionStyle> DEFAULT_STYLES =
      List.of(SolutionStyle.WORKED, SolutionStyle.BARE);

  private final List<SolutionStyle> styles;

  public Teacher(List<SolutionStyle> styles) {
    if (styles.isEmpty()) {
      throw new IllegalArgumentException("styles is empty: name at least one style");
    }
    this.styles = List.copyOf(styles);
  }

  /** The style of a problem's sample: the problem's own for the first, the next ones in turn. */
  public SolutionStyle style(Problem problem, int sample) {
    String id = Ids.problem(EnglishWriter.write(problem));
    int own = (int) (Ids.fraction(id, "solution style") * styles.size());
    return styles.get((own + sample) % styles.size());
  }

  /** The solution whose last line is {@code #### <answer>}; nothing when there is none. */
  public Optional<String> reply(Problem problem, int sample) {
    return Solver.solve(problem).map(solution -> style(problem, sample).write(problem, solution));
  }
}
