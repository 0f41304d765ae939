package orcaflow.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far long work is: a bar on a terminal, a plain line every few seconds elsewhere. */
public sealed interface Progress extends AutoCloseable {

  /**
   * Shows how far the work is.
   *
   * @param phase short name of what is going on
   * @param done units done
   * @param total units in all, where known
   * @param detail numbers worth seeing
   */
  void show(String phase, long done, OptionalLong total, String detail);

  /** Says a sentence that stays on the screen. */
  void say(String sentence);

  @Override
  void close();

  /** Whether progress and news are left out from now on. */
  static void quiet(boolean wanted) {
    System.setProperty("orcaflow.quiet", Boolean.toString(wanted));
  }

  /** On a terminal a bar; the launcher says whether there is one. Nothing where quiet. */
  static Progress on(PrintStream out) {
    if (Boolean.getBoolean("orcaflow.quiet")) {
      return new Silent();
    }
    return Boolean.getBoolean("orcaflow.terminal") ? new Bars(out) : new Lines(out);
  }

  /** Nothing at all. */
  final class Silent implements Progress {
    private Silent() {}

    @Override
    public void show(String phase, long done, OptionalLong total, String detail) {}

    @Override
    public void say(String sentence) {}

    @Override
    public void close() {}
  }

  /** Bars, one for each phase. */
  final class Bars implements Progress {
    private final PrintStream out;
    private String phase = "";
    private ProgressBar bar;

    private Bars(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(String newPhase, long done, OptionalLong total, String detail) {
      if (!newPhase.equals(phase)) {
        close();
        phase = newPhase;
        bar =
            new ProgressBarBuilder()
                .setTaskName(newPhase)
                .setInitialMax(total.orElse(-1))
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(out))
                .build();
      }
      total.ifPresent(bar::maxHint);
      bar.stepTo(done);
      bar.setExtraMessage(" " + detail);
    }

    @Override
    public void say(String sentence) {
      close();
      out.println(sentence);
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        bar = null;
        phase = "";
      }
    }
  }

  /** Plain lines with elapsed time, rate and the time left. */
  final class Lines implements Progress {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private final PrintStream out;
    private final long started = System.nanoTime();
    private String phase = "";
    private long phaseStarted;
    private long doneAtStart;
    private long lastShown;

    private Lines(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(String newPhase, long done, OptionalLong total, String detail) {
      long now = System.nanoTime();
      if (!newPhase.equals(phase)) {
        phase = newPhase;
        phaseStarted = now;
        doneAtStart = done;
        lastShown = now - EVERY.toNanos();
      }
      if (now - lastShown >= EVERY.toNanos()) {
        lastShown = now;
        out.println(line(now, done, total, detail));
      }
    }

    private String line(long now, long done, OptionalLong total, String detail) {
      double rate = (done - doneAtStart) / Math.max(1e-9, (now - phaseStarted) / 1e9);
      String left =
          total.isPresent() && rate > 0
              ? ", about %.0f s left".formatted((total.getAsLong() - done) / rate)
              : "";
      String counted =
          total.isPresent()
              ? String.format(Locale.ROOT, "%,d of %,d", done, total.getAsLong())
              : String.format(Locale.ROOT, "%,d", done);
      return "[%4d s] %s: %s%s  %s"
          .formatted((now - started) / 1_000_000_000L, phase, counted, left, detail)
          .stripTrailing();
    }

    @Override
    public void say(String sentence) {
      phase = "";
      out.println("[%4d s] %s".formatted((System.nanoTime() - started) / 1_000_000_000L, sentence));
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
