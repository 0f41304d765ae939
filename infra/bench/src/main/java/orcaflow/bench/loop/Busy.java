package orcaflow.bench.loop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Times in which something was at work; they may overlap. */
final class Busy {

  /** From one time to another, in milliseconds of one clock. */
  record Span(long from, long to) {}

  private final List<Span> spans = new ArrayList<>();

  void add(long from, long to) {
    spans.add(new Span(from, to));
  }

  /** Of a window the share in which nothing was at work. */
  double idleShare(Span window) {
    long busy = 0;
    long covered = window.from();
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingLong(Span::from));
    for (Span span : sorted) {
      long from = Math.max(covered, span.from());
      long to = Math.min(window.to(), span.to());
      if (to > from) {
        busy += to - from;
        covered = to;
      }
    }
    return 1 - (double) busy / (window.to() - window.from());
  }
}
