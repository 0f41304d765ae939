package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.stack.words.Step.Sense;

/**
 * Solves a problem exactly: forward through the events up to the unknown, backward from the total
 * down to it, and then across. An answer counts only if the story told with it comes true: nobody
 * gives more than he has, and no box is cut.
 */
public final class Solver {

  private final Problem problem;
  private final List<Step> steps = new ArrayList<>();

  private Solver(Problem problem) {
    this.problem = problem;
  }

  /** The solution, or nothing when the story is impossible or has many answers. */
  public static Optional<Solution> solve(Problem problem) {
    return new Solver(problem).solve().filter(solution -> comesTrue(problem, solution.answer()));
  }

  /** How many things there are after all events, or nothing when somebody had too few. */
  public static Optional<Long> tell(long start, List<Event> events) {
    long has = start;
    for (Event event : events) {
      has = after(has, event);
      if (has < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(has);
  }

  private static boolean comesTrue(Problem problem, long answer) {
    if (problem.isForward()) {
      return tell(value(problem.start()), problem.events()).isPresent();
    }
    if (answer < 0 || answer > Amount.Known.MAX) {
      return false;
    }
    Problem story = problem.forward(answer);
    return tell(value(story.start()), story.events())
        .filter(total -> total == value(problem.total()))
        .isPresent();
  }

  private static long after(long has, Event event) {
    if (event instanceof Event.Change change) {
      return has + change.verb().sign() * value(change.amount());
    }
    if (event instanceof Event.Boxes boxes) {
      return has + value(boxes.boxes()) * value(boxes.each());
    }
    return has * ((Event.Times) event).factor();
  }

  private Optional<Solution> solve() {
    List<Event> events = problem.events();
    if (problem.isForward()) {
      return Optional.of(new Solution(steps, forward(value(problem.start()), events)));
    }
    if (problem.start() instanceof Amount.Unknown) {
      return Optional.of(new Solution(steps, backward(value(problem.total()), events)));
    }
    int asked = asked();
    long before = forward(value(problem.start()), events.subList(0, asked));
    List<Event> later = events.subList(asked + 1, events.size());
    return across(before, backward(value(problem.total()), later), events.get(asked))
        .map(answer -> new Solution(steps, answer));
  }

  private int asked() {
    int index = 0;
    while (!problem.events().get(index).amounts().contains(Amount.UNKNOWN)) {
      index++;
    }
    return index;
  }

  private long forward(long start, List<Event> events) {
    long has = start;
    for (Event event : events) {
      if (event instanceof Event.Change change) {
        char operator = change.verb().sign() > 0 ? '+' : '-';
        has = step(Sense.THEN, has, operator, value(change.amount()));
      } else if (event instanceof Event.Boxes boxes) {
        has = step(Sense.THEN, has, '+', contents(boxes));
      } else {
        has = step(Sense.THEN, has, '*', ((Event.Times) event).factor());
      }
    }
    return has;
  }

  private long backward(long total, List<Event> events) {
    long has = total;
    for (int i = events.size() - 1; i >= 0; i--) {
      Event event = events.get(i);
      if (event instanceof Event.Change change) {
        char operator = change.verb().sign() > 0 ? '-' : '+';
        has = step(Sense.BEFORE, has, operator, value(change.amount()));
      } else if (event instanceof Event.Boxes boxes) {
        has = step(Sense.BEFORE, has, '-', contents(boxes));
      } else {
        has = step(Sense.BEFORE, has, '/', ((Event.Times) event).factor());
      }
    }
    return has;
  }

  private Optional<Long> across(long before, long after, Event event) {
    if (event instanceof Event.Change change) {
      return Optional.of(
          change.verb().sign() > 0
              ? step(Sense.DIFFERENCE, after, '-', before)
              : step(Sense.DIFFERENCE, before, '-', after));
    }
    Event.Boxes boxes = (Event.Boxes) event;
    long held = step(Sense.DIFFERENCE, after, '-', before);
    boolean countAsked = boxes.boxes() instanceof Amount.Unknown;
    long known = value(countAsked ? boxes.each() : boxes.boxes());
    if (known == 0) {
      return Optional.empty(); // any number of empty boxes would do
    }
    return Optional.of(step(countAsked ? Sense.BOXES : Sense.EACH, held, '/', known));
  }

  private long contents(Event.Boxes boxes) {
    return step(Sense.CONTENTS, value(boxes.boxes()), '*', value(boxes.each()));
  }

  private long step(Sense sense, long left, char operator, long right) {
    long result =
        switch (operator) {
          case '+' -> left + right;
          case '-' -> left - right;
          case '*' -> left * right;
          // A remainder shows when the story is told with the answer: see comesTrue.
          default -> left / right;
        };
    steps.add(new Step(sense, left, operator, right, result));
    return result;
  }

  private static long value(Amount amount) {
    return ((Amount.Known) amount).value();
  }
}
