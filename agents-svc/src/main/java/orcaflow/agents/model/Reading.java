package orcaflow.agents.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * What an agent reads out of a reply: a value, or what is wrong with the reply.
 *
 * @param fault empty when there is a value
 */
public record Reading<T>(Optional<T> value, String fault) {

  public static <T> Reading<T> of(T value) {
    return new Reading<>(Optional.of(value), "");
  }

  public static <T> Reading<T> unusable(String fault) {
    return new Reading<>(Optional.empty(), fault);
  }

  /** Reads a reply's text. */
  @FunctionalInterface
  public interface Of<T> extends Function<String, Reading<T>> {}
}
