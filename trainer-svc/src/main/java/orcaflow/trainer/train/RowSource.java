package orcaflow.trainer.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.trainer.log.RecordPosition;

/**
 * Where a row comes from.
 *
 * @param row its id
 * @param problem its problem's id
 * @param place where it was read
 * @param policy version of the policy that wrote the answer; none for a teacher's
 */
record RowSource(String row, String problem, RecordPosition place, Optional<String> policy) {

  /** The places of some rows as spans of offsets, each place once. */
  static List<ConsumedOffsets> consumed(List<RowSource> rows) {
    List<RecordPosition> places = rows.stream().map(RowSource::place).distinct().sorted().toList();
    List<ConsumedOffsets> consumed = new ArrayList<>();
    List<OffsetSpan> spans = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < places.size(); i++) {
      RecordPosition here = places.get(i);
      Optional<RecordPosition> next =
          i + 1 < places.size() ? Optional.of(places.get(i + 1)) : Optional.empty();
      if (next.filter(here::isBefore).isPresent()) {
        continue;
      }
      spans.add(new OffsetSpan(places.get(first).offset(), here.offset() + 1));
      first = i + 1;
      if (next.filter(here::sharesPartition).isEmpty()) {
        consumed.add(new ConsumedOffsets(here.topic(), here.partition(), List.copyOf(spans)));
        spans.clear();
      }
    }
    return consumed;
  }
}
