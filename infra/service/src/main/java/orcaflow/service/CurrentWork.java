package orcaflow.service;

import java.util.Optional;
import java.util.function.Supplier;
import orcaflow.schemas.TraceParent;

/** The work in whose course a thread asks others, so that the question is a span under it. */
public final class CurrentWork {

  private static final ThreadLocal<TraceParent> CURRENT = new ThreadLocal<>();

  private CurrentWork() {}

  /** The work that this thread does at present, if it does any with a span. */
  public static Optional<TraceParent> get() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Does a part of the work on this thread. */
  public static <T> T during(TraceParent work, Supplier<T> part) {
    TraceParent before = CURRENT.get();
    CURRENT.set(work);
    try {
      return part.get();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }
}
