package orcaflow.cli.page;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import orcaflow.cli.run.Part;
import orcaflow.cli.run.RunSnapshot.Work;

/** How many inputs a second each part is done with, over the last seconds. Thread-safe. */
final class Rates {

  private static final long WINDOW_NANOS = Duration.ofSeconds(15).toNanos();
  private static final double NANOS_OF_A_SECOND = 1e9;

  private final Deque<Look> looks = new ArrayDeque<>();

  private record Look(long nanoTime, Map<Part, Work> work) {}

  /** Notes what is done now. */
  synchronized void look(long nanoTime, Map<Part, Work> work) {
    looks.addLast(new Look(nanoTime, work));
    while (looks.getFirst().nanoTime() < nanoTime - WINDOW_NANOS) {
      looks.removeFirst();
    }
  }

  /** By part; 0 before there are two looks. */
  synchronized Map<Part, Double> perSecond() {
    Map<Part, Double> rates = new HashMap<>();
    if (looks.isEmpty()) {
      return rates;
    }
    Look first = looks.getFirst();
    Look last = looks.getLast();
    double seconds = (last.nanoTime() - first.nanoTime()) / NANOS_OF_A_SECOND;
    last.work()
        .forEach(
            (part, work) ->
                rates.put(
                    part,
                    seconds == 0 ? 0 : (work.done() - first.work().get(part).done()) / seconds));
    return rates;
  }
}
