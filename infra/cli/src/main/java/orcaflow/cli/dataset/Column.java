package orcaflow.cli.dataset;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * One column of a table.
 *
 * @param value of a row; an Optional where there may be none
 */
record Column<R>(String name, Type type, BiFunction<R, About, Object> value) {

  /** What a column holds, and the name the {@code datasets} library has for it. */
  enum Type {
    STRING("string"),
    BOOL("bool"),
    INT64("int64"),
    FLOAT64("float64");

    private final String hubName;

    Type(String hubName) {
      this.hubName = hubName;
    }

    String hubName() {
      return hubName;
    }
  }

  /** The value of a row: a String, Boolean, Long or Double as the type says, or none. */
  Optional<Object> of(DatasetRow<R> row) {
    Object found = value.apply(row.event(), row.about());
    if (found instanceof Optional<?> maybe) {
      return maybe.map(this::boxed);
    }
    if (found instanceof OptionalDouble maybe) {
      return maybe.isPresent() ? Optional.of(maybe.getAsDouble()) : Optional.empty();
    }
    return Optional.of(boxed(found));
  }

  private Object boxed(Object found) {
    return type == Type.INT64 ? (Object) ((Number) found).longValue() : found;
  }
}
