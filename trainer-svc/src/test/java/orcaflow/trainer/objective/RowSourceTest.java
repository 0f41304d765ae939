package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.schemas.log.RecordPosition;
import org.junit.jupiter.api.Test;

class RowSourceTest {

  @Test
  void neighbouringOffsetsOfAPartitionAreOneSpan() {
    List<RowSource> rows =
        List.of(
            at("b", 0, 7),
            at("a", 1, 4),
            at("a", 0, 6),
            at("a", 0, 5),
            at("a", 0, 9),
            at("a", 1, 5));

    assertThat(RowSource.consumed(rows))
        .containsExactly(
            new ConsumedOffsets("a", 0, List.of(new OffsetSpan(5L, 7L), new OffsetSpan(9L, 10L))),
            new ConsumedOffsets("a", 1, List.of(new OffsetSpan(4L, 6L))),
            new ConsumedOffsets("b", 0, List.of(new OffsetSpan(7L, 8L))));
    assertThat(RowSource.consumed(List.of())).isEmpty();
  }

  @Property(tries = 200)
  void theSpansHoldExactlyTheOffsets(
      @ForAll Set<@IntRange(min = 0, max = 60) Integer> first,
      @ForAll Set<@IntRange(min = 0, max = 60) Integer> second) {
    List<RowSource> rows =
        java.util.stream.Stream.concat(
                first.stream().map(offset -> at("a", 0, offset)),
                second.stream().map(offset -> at("a", 1, offset)))
            .toList();

    for (ConsumedOffsets partition : RowSource.consumed(rows)) {
      Set<Integer> wanted = partition.getPartition() == 0 ? first : second;
      assertThat(offsets(partition))
          .isEqualTo(
              wanted.stream()
                  .map(Integer::longValue)
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static Set<Long> offsets(ConsumedOffsets partition) {
    return partition.getSpans().stream()
        .flatMapToLong(span -> LongStream.range(span.getFrom(), span.getTo()))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static RowSource at(String topic, int partition, long offset) {
    return new RowSource(
        "row", "problem", new RecordPosition(topic, partition, offset), Optional.empty());
  }
}
