package orcaflow.trainer.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import orcaflow.trainer.log.StoredEvent;
import org.apache.avro.specific.SpecificRecord;

/**
 * The rows that a student has room for, in token ids.
 *
 * @param origins where each comes from
 * @param note how many there are, and how many were left out
 */
record LengthFilter<E>(List<E> rows, List<RowSource> origins, String note) {

  /**
   * Leaves out what is too long.
   *
   * @param context most tokens of a row
   * @param kind what the rows are, in the plural
   */
  static <T extends SpecificRecord, E> LengthFilter<E> in(
      int context,
      Collection<StoredEvent<T>> all,
      String kind,
      Function<T, E> encode,
      ToIntFunction<E> length,
      Function<StoredEvent<T>, RowSource> origin) {
    List<E> rows = new ArrayList<>();
    List<RowSource> origins = new ArrayList<>();
    for (StoredEvent<T> stored : all) {
      E row = encode.apply(stored.event());
      if (length.applyAsInt(row) <= context) {
        rows.add(row);
        origins.add(origin.apply(stored));
      }
    }
    return new LengthFilter<>(rows, origins, counted(rows.size(), all.size(), context, kind));
  }

  private static String counted(int rows, int all, int context, String kind) {
    return rows == all
        ? "%d %s".formatted(all, kind)
        : "%d of %d %s; %d left out as longer than %d tokens"
            .formatted(rows, all, kind, all - rows, context);
  }
}
