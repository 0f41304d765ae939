package orcaflow.service;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Counts the spans that a collector did not take, and says it once until it takes some again. */
final class CountedExporter implements SpanExporter {

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(CountedExporter.class);

  /** Says each failure by itself; held here, as loggers that nobody holds lose their level. */
  private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry.exporter");

  private final SpanExporter inner;
  private final String url;
  private final Counter lost;
  private final AtomicBoolean said = new AtomicBoolean();

  CountedExporter(SpanExporter inner, String url, Counter lost) {
    LIBRARY.setLevel(Level.OFF);
    this.inner = inner;
    this.url = url;
    this.lost = lost;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result = inner.export(spans);
    return result.whenComplete(() -> note(result.isSuccess(), count));
  }

  private void note(boolean taken, int count) {
    if (taken) {
      said.set(false);
      return;
    }
    lost.increment(count);
    if (said.compareAndSet(false, true)) {
      LOG.warn("{} takes no spans: they are dropped and counted until it does", url);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return inner.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return inner.shutdown();
  }
}
