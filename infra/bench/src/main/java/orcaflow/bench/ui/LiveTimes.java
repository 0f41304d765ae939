package orcaflow.bench.ui;

import java.util.ArrayList;
import java.util.List;
import orcaflow.bench.Measure;
import orcaflow.bench.Percentile;
import orcaflow.bench.Spread;
import orcaflow.testing.Browser;

/** What a view that is open takes for a new event, and for a pointer over a long curve. */
final class LiveTimes {

  private static final int NEW_EVENTS = 200;
  private static final long BETWEEN_EVENTS_MILLIS = 50;
  private static final int FRAMES = 300;
  private static final double MOST_LIVE_MILLIS = 500;
  private static final double MOST_FRAME_MILLIS = 50;

  private LiveTimes() {}

  /** From the sending of an event until the page shows its number. */
  static Measure newEvents(Browser browser, String url, MadeRun run) throws Exception {
    browser.open(url + "funnel");
    UiBenchmark.shown(browser);
    browser.run(
        """
        window.seen = [];
        const read = () => {
          const cell = document.querySelector('main tbody a');
          const now = cell === null ? null : Number(cell.textContent.replaceAll(',', ''));
          if (now !== null && window.seen.at(-1)?.[0] !== now) {
            window.seen.push([now, Date.now()]);
          }
        };
        read();
        new MutationObserver(read)
          .observe(document.getElementById('view'), { childList: true, subtree: true });
        """);
    long before = numbers(browser, "return window.seen[0]")[0];
    long[] sent = new long[NEW_EVENTS];
    for (int i = 0; i < NEW_EVENTS; i++) {
      sent[i] = System.currentTimeMillis();
      run.candidate(i);
      Thread.sleep(BETWEEN_EVENTS_MILLIS);
    }
    UiBenchmark.await(
        "the page does not show new events",
        () -> numbers(browser, "return window.seen.at(-1)")[0] >= before + NEW_EVENTS);
    List<Double> millis = new ArrayList<>();
    long[] seen = numbers(browser, "return window.seen.flat()");
    for (int i = 0, at = 0; i < NEW_EVENTS; i++) {
      while (seen[2 * at] < before + i + 1) {
        at++;
      }
      millis.add((double) (seen[2 * at + 1] - sent[i]));
    }
    return Measure.atMost(MOST_LIVE_MILLIS, "live_latency_p99", percentile(0.99, millis), "ms", "");
  }

  /** The time between frames while the pointer moves over a curve. */
  static Measure frames(Browser browser, String url) throws Exception {
    browser.open(url + "curves");
    UiBenchmark.shown(browser);
    browser.run(
        """
        const canvas = document.querySelector('main .charts canvas');
        const box = canvas.getBoundingClientRect();
        window.frames_ = [];
        let last = performance.now();
        const move = (now) => {
          window.frames_.push(now - last);
          last = now;
          const x = box.left + 60 + ((window.frames_.length * 7) % (box.width - 80));
          canvas.dispatchEvent(
            new PointerEvent('pointermove', { clientX: x, clientY: box.top + 20, bubbles: true }));
          if (window.frames_.length < 300) {
            requestAnimationFrame(move);
          }
        };
        requestAnimationFrame(move);
        """);
    UiBenchmark.await(
        "the curve does not move",
        () -> UiBenchmark.millis(browser.run("return window.frames_.length")) >= FRAMES);
    List<Double> millis =
        ((List<?>) browser.run("return window.frames_.slice(1)"))
            .stream().map(UiBenchmark::millis).toList();
    return Measure.atMost(MOST_FRAME_MILLIS, "curve_frame_p95", percentile(0.95, millis), "ms", "");
  }

  private static long[] numbers(Browser browser, String script) {
    return ((List<?>) browser.run(script))
        .stream().mapToLong(n -> ((Number) n).longValue()).toArray();
  }

  private static Spread percentile(double share, List<Double> values) {
    return Spread.of(
        Percentile.of(share, values.stream().mapToDouble(Double::doubleValue).toArray()));
  }
}
