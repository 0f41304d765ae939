package orcaflow.cli.dataset;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import orcaflow.cli.dataset.Manifest.Range;
import orcaflow.cli.dataset.Manifest.Slice;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.OffsetGap;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The topics of a run: cuts a version through them, and reads one again. */
public final class RunTopics implements AutoCloseable {

  private final Cluster cluster;
  private final TopicReader<String, byte[]> reader;
  private final Deserializer<SpecificRecord> events;

  public RunTopics(Cluster cluster) {
    this.cluster = cluster;
    reader = TopicReader.bytes(cluster, new StringDeserializer());
    events = Serdes.deserializer(cluster);
  }

  /** Cuts a version of everything that is committed now. */
  public Manifest cut() throws BadDataset {
    Map<Topic<?>, List<Range>> stretches = new LinkedHashMap<>();
    // Downstream first: what a row was made of was committed before it, and is then inside, too.
    for (int i = Manifest.TOPICS.size() - 1; i >= 0; i--) {
      stretches.put(Manifest.TOPICS.get(i), stretch(Manifest.TOPICS.get(i)));
    }
    List<Slice> slices = new ArrayList<>();
    for (Topic<?> topic : Manifest.TOPICS) {
      slices.add(slice(topic, stretches.get(topic)));
    }
    return new Manifest(Manifest.FORMAT, cluster.run(), recipes(), slices);
  }

  /**
   * The events of a version, checked against what was cut.
   *
   * @throws RecordsGone if a range is not there any more, here or while it is read
   */
  public Source at(Manifest manifest) throws BadDataset {
    for (Topic<?> topic : manifest.kinds()) {
      requireThere(topic, manifest.slice(topic));
    }
    return new Source() {
      @Override
      public <T extends SpecificRecord> void each(Topic<T> topic, Consumer<T> taker) {
        Slice slice = manifest.slice(topic);
        Count count = new Count();
        for (Range range : slice.ranges()) {
          read(topic, range, record -> taker.accept(topic.type().cast(count.add(record))));
        }
        if (count.records != slice.records() || !count.digest().equals(slice.digest())) {
          throw RecordsGone.replaced(topic.in(manifest.run()), slice.records(), count.records);
        }
      }
    };
  }

  @Override
  public void close() {
    reader.close();
    events.close();
  }

  private List<Range> stretch(Topic<?> topic) throws BadDataset {
    List<TopicPartition> partitions = partitions(topic);
    reader.startAtBeginning(partitions);
    Map<TopicPartition, Long> from = reader.positions();
    Map<TopicPartition, Long> to = reader.committedEnds();
    return partitions.stream().map(p -> new Range(p.partition(), from.get(p), to.get(p))).toList();
  }

  /**
   * Reads a stretch. A range ends after its last record, not where the partition does: the marks of
   * transactions, aborted ones among them, are nothing new.
   */
  private Slice slice(Topic<?> topic, List<Range> stretch) {
    Count count = new Count();
    List<Range> ranges = new ArrayList<>();
    for (Range range : stretch) {
      long[] to = {range.from()};
      read(
          topic,
          range,
          record -> {
            count.add(record);
            to[0] = record.offset() + 1;
          });
      ranges.add(new Range(range.partition(), range.from(), to[0]));
    }
    return new Slice(
        topic.name(),
        ranges,
        count.records,
        count.digest(),
        List.copyOf(count.schemas),
        List.copyOf(count.labelling));
  }

  private List<String> recipes() throws BadDataset {
    Set<String> recipes = new TreeSet<>();
    for (Range range : stretch(Topics.RUN_LOG)) {
      read(
          Topics.RUN_LOG,
          range,
          record -> {
            var entry = Topics.RUN_LOG.type().cast(event(record));
            if (entry.getKind().equals("recipe")) {
              recipes.add(Ids.named(entry.getName(), Ids.contentHash(entry.getText())));
            }
          });
    }
    return List.copyOf(recipes);
  }

  private void requireThere(Topic<?> topic, Slice slice) throws BadDataset {
    Map<Integer, Range> there = new HashMap<>();
    stretch(topic).forEach(range -> there.put(range.partition(), range));
    String name = topic.in(cluster.run());
    for (Range range : slice.ranges()) {
      Range now = there.getOrDefault(range.partition(), new Range(range.partition(), 0, 0));
      if (range.from() < range.to() && now.from() > range.from()) {
        throw RecordsGone.before(name, range, now.from());
      }
      if (range.from() < range.to() && now.to() < range.to()) {
        throw RecordsGone.after(name, range, now.to());
      }
    }
  }

  private List<TopicPartition> partitions(Topic<?> topic) throws BadDataset {
    String name = topic.in(cluster.run());
    List<TopicPartition> partitions = reader.partitions(name);
    if (partitions.isEmpty()) {
      throw new BadDataset("run '%s' has no topic %s".formatted(cluster.run(), name));
    }
    return partitions;
  }

  /** Reads each event once: a redriven record is one that the range or an earlier one has. */
  private void read(Topic<?> topic, Range range, Consumer<ConsumerRecord<String, byte[]>> each) {
    TopicPartition partition = new TopicPartition(topic.in(cluster.run()), range.partition());
    reader.start(Map.of(partition, range.from()));
    try {
      reader.readTo(
          Map.of(partition, range.to()),
          record -> {
            if (!LetterHeaders.isRedriven(record.headers())) {
              each.accept(record);
            }
          });
    } catch (OffsetGap gap) {
      throw RecordsGone.before(partition.topic(), range, gap.first());
    }
  }

  private SpecificRecord event(ConsumerRecord<String, byte[]> record) {
    return events.deserialize(record.topic(), record.value());
  }

  /** What the records of a slice come to. */
  private final class Count {
    private final MessageDigest digest = Ids.sha256();
    private final Set<Integer> schemas = new TreeSet<>();
    private final Set<String> labelling = new TreeSet<>();
    private long records;

    SpecificRecord add(ConsumerRecord<String, byte[]> record) {
      byte[] bytes = record.value();
      records++;
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
      SpecificRecord event = event(record);
      // Confluent's wire format: magic byte, then four bytes of schema id.
      schemas.add(ByteBuffer.wrap(bytes).getInt(1));
      if (event instanceof Demonstration row) {
        labelling.add(row.getLabelling());
      } else if (event instanceof LabelledCompletion row) {
        labelling.add(row.getLabelling());
      } else if (event instanceof PreferencePair row) {
        labelling.add(row.getLabelling());
      }
      return event;
    }

    /** To be asked once, at the end. */
    String digest() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
