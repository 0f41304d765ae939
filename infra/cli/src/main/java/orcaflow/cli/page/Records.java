package orcaflow.cli.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import orcaflow.cli.run.NewestEvents;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * The newest records of a topic, the newest first.
 *
 * @param looked of how many of the newest records these are
 * @param records as {@code tail} prints them
 */
record Records(String topic, Map<String, String> where, long looked, List<JsonNode> records) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The newest records that a search looks at. */
  private static final long LOOKED_AT = 20_000;

  /**
   * @param limit how many there are at most
   * @param where fields of the event, or of one of its completions, and their values
   */
  static Records newest(Cluster cluster, Topic<?> topic, int limit, Map<String, String> where) {
    long looked = where.isEmpty() ? limit : LOOKED_AT;
    List<JsonNode> found = new ArrayList<>();
    try (TopicReader<String, SpecificRecord> reader =
        TopicReader.events(cluster, ClientSettings.reader(cluster))) {
      new NewestEvents(reader)
          .take(
              topic.in(cluster.run()),
              looked,
              line -> {
                JsonNode record = read(line);
                if (matches(record.path("event"), where)) {
                  found.add(record);
                }
              });
    }
    Collections.reverse(found);
    return new Records(
        topic.name(), where, looked, found.subList(0, Math.min(limit, found.size())));
  }

  private static boolean matches(JsonNode event, Map<String, String> where) {
    return where.entrySet().stream()
        .allMatch(
            field ->
                event.path(field.getKey()).asText().equals(field.getValue())
                    || event
                        .path("completions")
                        .findValuesAsText(field.getKey())
                        .contains(field.getValue()));
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
