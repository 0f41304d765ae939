package orcaflow.cli.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.run.NewestEvents;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;

/** Finds the newest records of a topic that have given fields. One search at a time. */
final class RecordSearch implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The newest offsets of each partition that a search looks at. */
  private static final long LOOKED_AT = 20_000;

  private final Cluster cluster;
  private final Optional<Instant> until;
  private final TopicReader<String, SpecificRecord> reader;

  /**
   * @param until records before this time; empty for all
   */
  RecordSearch(Cluster cluster, Optional<Instant> until) {
    this.cluster = cluster;
    this.until = until;
    this.reader = TopicReader.events(cluster, ClientSettings.bulkReader(cluster));
  }

  /**
   * @param limit how many there are at most
   * @param where fields of the event, or of one of its completions, and their values
   */
  synchronized Records newest(Topic<?> topic, int limit, Map<String, String> where) {
    List<JsonNode> found = new ArrayList<>();
    new NewestEvents(reader)
        .take(
            topic.in(cluster.run()),
            until,
            new NewestEvents.Search(limit, LOOKED_AT, event -> matches(event, where)),
            line -> found.add(read(line)));
    found.removeIf(record -> !where.isEmpty() && record.has("unreadable"));
    Collections.reverse(found);
    return new Records(topic.name(), where, where.isEmpty() ? limit : LOOKED_AT, found);
  }

  private static boolean matches(IndexedRecord event, Map<String, String> where) {
    return where.entrySet().stream()
        .allMatch(field -> matches(event, field.getKey(), field.getValue()));
  }

  private static boolean matches(IndexedRecord event, String name, String value) {
    Schema.Field field = event.getSchema().getField(name);
    if (field != null) {
      return value.equals(String.valueOf(event.get(field.pos())));
    }
    Schema.Field completions = event.getSchema().getField("completions");
    return completions != null
        && ((List<?>) event.get(completions.pos()))
            .stream()
                .map(IndexedRecord.class::cast)
                .anyMatch(completion -> matches(completion, name, value));
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
