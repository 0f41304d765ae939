package orcaflow.cli.page;

import java.util.function.Supplier;

/** A part that is made when it is used first. Thread-safe. */
final class Lazily<T extends AutoCloseable> implements AutoCloseable {

  private final Supplier<T> made;
  private T part;

  Lazily(Supplier<T> made) {
    this.made = made;
  }

  synchronized T get() {
    if (part == null) {
      part = made.get();
    }
    return part;
  }

  @Override
  public synchronized void close() {
    if (part != null) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("a part of the page does not close", e);
      }
    }
  }
}
