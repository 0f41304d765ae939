package orcaflow.trainer.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.schemas.log.RecordPosition;

/**
 * Where a row comes from.
 *
 * @param row its id
 * @param problem the id of its problem
 * @param position where it was read
 * @param policy version of the policy that wrote the answer; none for a teacher's
 */
public record RowSource(
    String row, String problem, RecordPosition position, Optional<String> policy) {

  /** The positions of some rows as spans of offsets, each position once. */
  public static List<ConsumedOffsets> consumed(List<RowSource> rows) {
    List<RecordPosition> positions =
        rows.stream().map(RowSource::position).distinct().sorted().toList();
    List<ConsumedOffsets> consumed = new ArrayList<>();
    List<OffsetSpan> spans = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < positions.size(); i++) {
      RecordPosition here = positions.get(i);
      Optional<RecordPosition> next =
          i + 1 < positions.size() ? Optional.of(positions.get(i + 1)) : Optional.empty();
      if (next.filter(here::isBefore).isPresent()) {
        continue;
      }
      spans.add(new OffsetSpan(positions.get(first).offset(), here.offset() + 1));
      first = i + 1;
      if (next.filter(here::sharesPartition).isEmpty()) {
        consumed.add(new ConsumedOffsets(here.topic(), here.partition(), List.copyOf(spans)));
        spans.clear();
      }
    }
    return consumed;
  }
}
