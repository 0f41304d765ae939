package orcaflow.cli.replay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.cli.dataset.BadDataset;
import orcaflow.cli.dataset.Manifest;
import orcaflow.cli.dataset.RunTopics;
import orcaflow.cli.dataset.VersionStore;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The exact records of a run that are labelled again: a part of its history, resolved once and
 * kept.
 *
 * @param partitions of the run's topics
 * @param ranges of graded-rollouts and teacher-solutions, empty ones left out; and of the
 *     stage-outcomes that say which groups came after their iteration was closed
 */
public record History(int partitions, List<Range> ranges) {

  /** Topics that labels are made of, those that come first in the flow first. */
  static final List<Topic<?>> TOPICS = List.of(Topics.TEACHER_SOLUTIONS, Topics.GRADED_ROLLOUTS);

  /**
   * A half-open range of one partition.
   *
   * @param topic without the run prefix
   */
  public record Range(String topic, int partition, long from, long to) {
    long length() {
      return to - from;
    }
  }

  public History {
    ranges = List.copyOf(ranges);
  }

  /** The ranges of one partition that labels are made of, solutions before groups. */
  List<Range> of(int partition) {
    return ranges.stream()
        .filter(range -> range.partition() == partition)
        .filter(range -> TOPICS.stream().anyMatch(topic -> topic.name().equals(range.topic())))
        .sorted(Comparator.comparing(range -> !range.topic().equals(TOPICS.get(0).name())))
        .toList();
  }

  /** Ranges of one topic and partition. */
  List<Range> of(Topic<?> topic, int partition) {
    return ranges.stream()
        .filter(range -> range.topic().equals(topic.name()) && range.partition() == partition)
        .toList();
  }

  /** Offsets in some topics, the marks of transactions among them. */
  long length(List<Topic<?>> topics) {
    return ranges.stream()
        .filter(range -> topics.stream().anyMatch(topic -> topic.name().equals(range.topic())))
        .mapToLong(Range::length)
        .sum();
  }

  /** Offsets that labels are made of. */
  long length() {
    return length(TOPICS);
  }

  /**
   * Finds the records that a selector means.
   *
   * @param source the run
   * @param versions where dataset versions are kept
   * @throws BadReplay naming the gap where retention has removed some of them
   */
  public static History of(Cluster source, HistorySelector.Part part, VersionStore versions)
      throws BadReplay, BadDataset, IOException {
    if (part instanceof HistorySelector.Version version) {
      return version(source, versions.find(version.name()).manifest());
    }
    List<Range> ranges = new ArrayList<>();
    int partitions = 0;
    for (Topic<?> topic : TOPICS) {
      List<Held> held = held(source, topic, part);
      partitions = held.size();
      ranges.addAll(ranges(topic, held, part));
      requireThere(source, topic, held, ranges);
    }
    ranges.addAll(outcomes(source));
    return new History(partitions, ranges.stream().filter(r -> r.length() > 0).toList());
  }

  /** All that is there: what became of a group was written after it, wherever the part ends. */
  private static List<Range> outcomes(Cluster source) throws BadReplay {
    List<Held> held = held(source, Topics.STAGE_OUTCOMES, new HistorySelector.Whole());
    for (Held h : held) {
      if (h.begin() > 0) {
        throw new BadReplay(
            "%s: offsets 0 to %d are no longer there, and with them which groups came after their iteration was closed"
                .formatted(h.partition(), h.begin()));
      }
    }
    return held.stream()
        .map(
            h ->
                new Range(
                    Topics.STAGE_OUTCOMES.name(), h.partition().partition(), h.begin(), h.end()))
        .toList();
  }

  /** A version knows its records by their hash, so they are read once more and compared. */
  private static History version(Cluster source, Manifest manifest) throws BadReplay, BadDataset {
    if (!manifest.run().equals(source.run())) {
      throw new BadReplay(
          "version %s was cut from run '%s', not from '%s'"
              .formatted(manifest.version(), manifest.run(), source.run()));
    }
    try (RunTopics topics = new RunTopics(source)) {
      var events = topics.at(manifest);
      TOPICS.forEach(topic -> events.each(topic, event -> {}));
    }
    List<Range> ranges = new ArrayList<>(outcomes(source));
    ranges.addAll(
        manifest.topics().stream()
            .filter(slice -> TOPICS.stream().anyMatch(t -> t.name().equals(slice.topic())))
            .flatMap(
                slice ->
                    slice.ranges().stream()
                        .map(r -> new Range(slice.topic(), r.partition(), r.from(), r.to())))
            .toList());
    int partitions = ranges.stream().mapToInt(Range::partition).max().orElse(0) + 1;
    return new History(partitions, ranges.stream().filter(r -> r.length() > 0).toList());
  }

  /**
   * What a partition holds.
   *
   * @param first where the part begins, by its times
   * @param last where it ends, by its times
   */
  private record Held(TopicPartition partition, long begin, long end, long first, long last) {}

  private static List<Held> held(Cluster source, Topic<?> topic, HistorySelector.Part part)
      throws BadReplay {
    try (TopicReader<String, byte[]> reader = TopicReader.bytes(source, new StringDeserializer())) {
      List<TopicPartition> partitions = partitions(reader, source, topic);
      reader.startAtBeginning(partitions);
      Map<TopicPartition, Long> begins = reader.positions();
      Map<TopicPartition, Long> ends = reader.committedEnds();
      HistorySelector.Times times =
          part instanceof HistorySelector.Times given
              ? given
              : new HistorySelector.Times(Optional.empty(), Optional.empty());
      Map<TopicPartition, Long> first =
          times.from().isPresent() ? reader.at(times.from().get(), ends) : Map.of();
      Map<TopicPartition, Long> last =
          times.until().isPresent() ? reader.at(times.until().get(), ends) : ends;
      return partitions.stream()
          .map(p -> held(p, begins.get(p), ends.get(p), first.getOrDefault(p, 0L), last.get(p)))
          .toList();
    }
  }

  /** Where the oldest record left is the first of the part, older ones may have belonged to it. */
  private static Held held(TopicPartition partition, long begin, long end, long first, long last) {
    return new Held(partition, begin, end, first <= begin ? 0 : first, Math.max(first, last));
  }

  private static List<Range> ranges(Topic<?> topic, List<Held> held, HistorySelector.Part part)
      throws BadReplay {
    if (part instanceof HistorySelector.Offsets offsets && topic == Topics.GRADED_ROLLOUTS) {
      return named(topic, held, offsets);
    }
    // Offsets are named of groups alone; of the solutions all that are there are taken then.
    boolean whatIsThere = part instanceof HistorySelector.Offsets;
    return held.stream()
        .map(
            h ->
                new Range(
                    topic.name(),
                    h.partition().partition(),
                    whatIsThere ? h.begin() : h.first(),
                    h.last()))
        .toList();
  }

  private static List<Range> named(Topic<?> topic, List<Held> held, HistorySelector.Offsets offsets)
      throws BadReplay {
    List<Range> ranges = new ArrayList<>();
    for (Map.Entry<Integer, HistorySelector.Span> span : offsets.spans().entrySet()) {
      if (span.getKey() >= held.size()) {
        throw new BadReplay(
            "partition %d is named; %s has partitions 0 to %d"
                .formatted(span.getKey(), topic.name(), held.size() - 1));
      }
      long end = held.get(span.getKey()).end();
      long to = span.getValue().to().orElse(end);
      if (to > end || span.getValue().from() > to) {
        throw new BadReplay(
            "%s: offsets %d to %d are named; there are none from %d on"
                .formatted(held.get(span.getKey()).partition(), span.getValue().from(), to, end));
      }
      ranges.add(new Range(topic.name(), span.getKey(), span.getValue().from(), to));
    }
    return ranges;
  }

  private static void requireThere(
      Cluster source, Topic<?> topic, List<Held> held, List<Range> ranges) throws BadReplay {
    for (Held h : held) {
      for (Range range : ranges) {
        boolean same =
            range.topic().equals(topic.name()) && range.partition() == h.partition().partition();
        if (same && range.length() > 0 && range.from() < h.begin()) {
          throw new BadReplay(gone(source, topic, h, range, held));
        }
      }
    }
  }

  private static String gone(
      Cluster source, Topic<?> topic, Held gap, Range range, List<Held> held) {
    String sentence =
        "%s partition %d: offsets %d to %d are asked for, and %d to %d are no longer there"
            .formatted(
                topic.in(source.run()),
                range.partition(),
                range.from(),
                range.to(),
                range.from(),
                Math.min(gap.begin(), range.to()));
    return topic == Topics.GRADED_ROLLOUTS
        ? sentence
            + "; what is left is "
            + held.stream()
                .map(h -> "%d:%d-".formatted(h.partition().partition(), h.begin()))
                .collect(Collectors.joining(",", source.run() + "@", ""))
        : sentence;
  }

  private static List<TopicPartition> partitions(
      TopicReader<?, ?> reader, Cluster source, Topic<?> topic) throws BadReplay {
    String name = topic.in(source.run());
    List<TopicPartition> partitions = reader.partitions(name);
    if (partitions.isEmpty()) {
      throw new BadReplay("run '%s' has no topic %s".formatted(source.run(), name));
    }
    return partitions;
  }
}
