package orcaflow.service;

import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.function.Supplier;
import orcaflow.schemas.TraceParent;

/** Gives a span the ids that it has by its event, where the SDK would draw them at random. */
final class GivenIds implements IdGenerator {

  private final ThreadLocal<TraceParent> given = new ThreadLocal<>();

  /** Runs what begins one span. */
  <T> T as(TraceParent ids, Supplier<T> begin) {
    given.set(ids);
    try {
      return begin.get();
    } finally {
      given.remove();
    }
  }

  @Override
  public String generateSpanId() {
    return given.get().spanId();
  }

  @Override
  public String generateTraceId() {
    return given.get().traceId();
  }
}
