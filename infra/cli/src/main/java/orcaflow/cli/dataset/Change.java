package orcaflow.cli.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import orcaflow.cli.dataset.Manifest.Range;
import orcaflow.cli.dataset.Manifest.Slice;

/**
 * One thing in which two versions differ.
 *
 * @param topic without run prefix, or {@code -} for the version as a whole
 * @param what run, recipes, records, {@code partition N}, digest, schemas or labelling
 */
public record Change(String topic, String what, String left, String right) {

  private static final String WHOLE = "-";
  private static final String NONE = "none";

  /** What differs from left to right, in flow order; empty for the same version. */
  public static List<Change> between(Manifest left, Manifest right) {
    List<Change> changes = new ArrayList<>();
    add(changes, WHOLE, "run", left.run(), right.run());
    add(changes, WHOLE, "recipes", left.recipes(), right.recipes());
    Map<String, Slice> others = byTopic(right);
    for (Slice slice : left.topics()) {
      Slice other = others.remove(slice.topic());
      changes.addAll(other == null ? only(slice, "there", NONE) : between(slice, other));
    }
    others.values().forEach(other -> changes.addAll(only(other, NONE, "there")));
    return changes;
  }

  private static List<Change> between(Slice left, Slice right) {
    List<Change> changes = new ArrayList<>();
    String topic = left.topic();
    add(changes, topic, "records", left.records(), right.records());
    Map<Integer, Range> lefts = byPartition(left);
    Map<Integer, Range> rights = byPartition(right);
    TreeSet<Integer> partitions = new TreeSet<>(lefts.keySet());
    partitions.addAll(rights.keySet());
    for (int partition : partitions) {
      add(
          changes,
          topic,
          "partition " + partition,
          text(lefts.get(partition)),
          text(rights.get(partition)));
    }
    if (changes.isEmpty()) {
      add(changes, topic, "digest", left.digest(), right.digest());
    }
    add(changes, topic, "schemas", left.schemas(), right.schemas());
    add(changes, topic, "labelling", left.labelling(), right.labelling());
    return changes;
  }

  private static List<Change> only(Slice slice, String left, String right) {
    return List.of(new Change(slice.topic(), "topic", left, right));
  }

  private static void add(
      List<Change> changes, String topic, String what, Object left, Object right) {
    if (!left.equals(right)) {
      changes.add(new Change(topic, what, left.toString(), right.toString()));
    }
  }

  private static String text(Range range) {
    return range == null ? NONE : "[%d,%d)".formatted(range.from(), range.to());
  }

  private static Map<String, Slice> byTopic(Manifest manifest) {
    return new TreeMap<>(
        manifest.topics().stream().collect(Collectors.toMap(Slice::topic, Function.identity())));
  }

  private static Map<Integer, Range> byPartition(Slice slice) {
    return slice.ranges().stream().collect(Collectors.toMap(Range::partition, r -> r));
  }
}
