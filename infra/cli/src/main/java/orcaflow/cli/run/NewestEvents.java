package orcaflow.cli.run;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
    List<Line> found = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      found.addAll(newest(partition, newest, beginnings.get(partition), ends.get(partition)));
    }
    found.sort(Comparator.comparingLong(Line::time));
    found
        .subList((int) Math.max(0, found.size() - newest), found.size())
        .forEach(one -> line.accept(one.json()));
    return ends;
  }

  /**
   * The newest events of a partition before {@code end}. Offsets are not counts, as transactions
   * leave markers between events: so ever larger ranges are read until enough are found.
   */
  private List<Line> newest(TopicPartition partition, long newest, long beginning, long end) {
    long length = Math.max(SHORTEST_RANGE, 2 * newest);
    while (true) {
      long from = Math.max(beginning, end - length);
      List<Line> found = new ArrayList<>();
      reader.start(Map.of(partition, from));
      reader.readTo(
          Map.of(partition, end),
          TopicReader.Receiver.skipping(
              unreadable -> found.add(new Line(lastTime(found), line(unreadable))),
              record -> found.add(new Line(record.timestamp(), line(record)))));
      if (found.size() >= newest || from == beginning) {
        return found.subList((int) Math.max(0, found.size() - newest), found.size());
      }
      length *= 8;
    }
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
