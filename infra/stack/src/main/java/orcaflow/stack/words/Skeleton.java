package orcaflow.stack.words;

import java.util.List;
import java.util.stream.Collectors;
import orcaflow.schemas.Ids;

/**
 * The arithmetic of how a story begins: first amount and first event, whatever the names, the
 * things, the verbs and the quantity asked for. Agents add events at the end and hide quantities,
 * so everything made from a seed keeps the seed's skeleton: if a benchmark problem's skeleton is no
 * seed's, no expansion of the seeds reaches it.
 */
public final class Skeleton {

  private static final double RESERVED_SHARE = 0.1;
  private static final int EVENTS = 1;

  private Skeleton() {}

  /** For example {@code 4 +3x4}. */
  public static String of(Problem problem, long answer) {
    Problem story = problem.forward(answer);
    List<Event> events = story.events();
    return number(story.start())
        + events.subList(0, Math.min(EVENTS, events.size())).stream()
            .map(event -> " " + arithmetic(event))
            .collect(Collectors.joining());
  }

  /** Whether only the benchmark may use it: a tenth of all, chosen by hash. */
  public static boolean isReserved(String skeleton) {
    return Ids.fraction(skeleton, "held-out skeleton") < RESERVED_SHARE;
  }

  private static String arithmetic(Event event) {
    if (event instanceof Event.Change change) {
      return (change.verb().sign() > 0 ? "+" : "-") + number(change.amount());
    }
    if (event instanceof Event.Boxes boxes) {
      return "+%sx%s".formatted(number(boxes.boxes()), number(boxes.each()));
    }
    return "*" + ((Event.Times) event).factor();
  }

  private static String number(Amount amount) {
    return Long.toString(((Amount.Known) amount).value());
  }
}
