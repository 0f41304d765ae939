package orcaflow.service;

/** Failures in a sentence. */
public final class Failures {

  private Failures() {}

  /** The innermost cause, which is the one that a reader can act on, and its kind. */
  public static String innermost(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return "%s (%s)".formatted(inner.getMessage(), inner.getClass().getSimpleName());
  }
}
