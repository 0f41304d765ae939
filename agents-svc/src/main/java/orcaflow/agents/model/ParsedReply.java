package orcaflow.agents.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * A reply's text after parsing: a value, or the fault that makes the reply unusable.
 *
 * @param fault a sentence; empty when there is a value
 */
public record ParsedReply<T>(Optional<T> value, String fault) {

  public static <T> ParsedReply<T> of(T value) {
    return new ParsedReply<>(Optional.of(value), "");
  }

  public static <T> ParsedReply<T> unusable(String fault) {
    return new ParsedReply<>(Optional.empty(), fault);
  }

  /** Parses a reply's text. */
  @FunctionalInterface
  public interface Parser<T> extends Function<String, ParsedReply<T>> {}
}
