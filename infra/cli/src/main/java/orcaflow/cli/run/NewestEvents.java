package orcaflow.cli.run;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest events of a topic as JSON objects: {@code partition}, {@code offset}, {@code time},
 * {@code key} and {@code event}; of a record that is no event {@code unreadable} with the reason.
 */
public final class NewestEvents {

  private static final long SHORTEST_RANGE = 64;
  private static final long LONGEST_FIRST_RANGE = 100_000;

  private final TopicReader<String, SpecificRecord> reader;

  public NewestEvents(TopicReader<String, SpecificRecord> reader) {
    this.reader = reader;
  }

  /** A record as JSON, and when it was written; of one that is no event, the record before it. */
  private record Line(long time, String json) {}

  /**
   * Takes the newest events of a topic, oldest first.
   *
   * @param topic with its run prefix
   * @param newest how many; negative for all, which come one partition after the other
   * @return where the reading ended
   */
  public Map<TopicPartition, Long> take(String topic, long newest, Consumer<String> line) {
    List<TopicPartition> partitions = reader.partitions(topic);
    reader.startAtBeginning(partitions);
    Map<TopicPartition, Long> beginnings = reader.positions();
    Map<TopicPartition, Long> ends = reader.committedEnds();
    if (newest < 0) {
      for (TopicPartition partition : partitions) {
        reader.start(Map.of(partition, beginnings.get(partition)));
        reader.readTo(Map.of(partition, ends.get(partition)), lines(line));
      }
      return ends;
    }
    newest(beginnings, ends, new Search(newest, Long.MAX_VALUE, event -> true), line);
    return ends;
  }

  /**
   * What is looked for.
   *
   * @param most how many are wanted
   * @param looked at how many offsets of each partition to look for them
   * @param wanted which events; a record that is no event is always wanted
   */
  public record Search(long most, long looked, Predicate<SpecificRecord> wanted) {}

  /**
   * Takes the newest events that are wanted, oldest first.
   *
   * @param topic with its run prefix
   * @param until of the records before this time; empty for all
   */
  public void take(String topic, Optional<Instant> until, Search search, Consumer<String> line) {
    reader.startAtBeginning(reader.partitions(topic));
    newest(reader.positions(), reader.committedEnds(until), search, line);
  }

  private void newest(
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> ends,
      Search search,
      Consumer<String> line) {
    List<Line> found = new ArrayList<>();
    beginnings.forEach(
        (partition, beginning) ->
            found.addAll(newest(partition, search, beginning, ends.get(partition))));
    found.sort(Comparator.comparingLong(Line::time));
    found
        .subList((int) Math.max(0, found.size() - search.most()), found.size())
        .forEach(one -> line.accept(one.json()));
  }

  /**
   * The newest events of a partition before {@code end}. Offsets are not counts, as transactions
   * leave markers between events: so ever larger ranges are read, backwards, until enough are
   * found.
   */
  private List<Line> newest(TopicPartition partition, Search search, long beginning, long end) {
    Deque<Line> found = new ArrayDeque<>();
    long oldest = Math.max(beginning, end - Math.min(end, search.looked()));
    long length = Math.max(SHORTEST_RANGE, Math.min(LONGEST_FIRST_RANGE, 2 * search.most()));
    for (long to = end; to > oldest && found.size() < search.most(); length *= 8) {
      long from = Math.max(oldest, to - length);
      List<Line> range = range(partition, from, to, search.wanted());
      for (int i = range.size() - 1; i >= 0 && found.size() < search.most(); i--) {
        found.addFirst(range.get(i));
      }
      to = from;
    }
    return List.copyOf(found);
  }

  private List<Line> range(
      TopicPartition partition, long from, long to, Predicate<SpecificRecord> wanted) {
    List<Line> found = new ArrayList<>();
    reader.start(Map.of(partition, from));
    reader.readTo(
        Map.of(partition, to),
        TopicReader.Receiver.skipping(
            unreadable -> found.add(new Line(lastTime(found), line(unreadable))),
            record -> {
              if (wanted.test(record.value())) {
                found.add(new Line(record.timestamp(), line(record)));
              }
            }));
    return found;
  }

  private static long lastTime(List<Line> lines) {
    return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).time();
  }

  /** Makes a line of each record. */
  public static TopicReader.Receiver<String, SpecificRecord> lines(Consumer<String> line) {
    return TopicReader.Receiver.skipping(
        unreadable -> line.accept(line(unreadable)), record -> line.accept(line(record)));
  }

  private static String line(ConsumerRecord<String, SpecificRecord> record) {
    return "{\"partition\":%d,\"offset\":%d,\"time\":\"%s\",\"key\":%s,\"event\":%s}"
        .formatted(
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            TextNode.valueOf(record.key()),
            record.value());
  }

  private static String line(UnreadableRecord record) {
    RecordPosition position = record.position();
    return "{\"partition\":%d,\"offset\":%d,\"unreadable\":%s}"
        .formatted(position.partition(), position.offset(), TextNode.valueOf(record.reason()));
  }
}
