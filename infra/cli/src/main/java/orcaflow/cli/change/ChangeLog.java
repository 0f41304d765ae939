package orcaflow.cli.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import orcaflow.cli.run.EventWriter;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.RunLogEntries;
import orcaflow.schemas.Topics;

/** The changes in a run's log: entries of the kind {@code change}, by the name of the change. */
public final class ChangeLog {

  private static final String KIND = "change";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ChangeLog() {}

  /**
   * A change that somebody asked for.
   *
   * @param time ISO 8601
   * @param change redrive, rollback, promote, budget or stop
   * @param what of what, in words
   */
  public record Entry(
      String time, String change, String what, String who, String where, Optional<String> why) {}

  static void write(Cluster cluster, String change, String what, Reason reason)
      throws InterruptedException, ExecutionException {
    ObjectNode text =
        JSON.createObjectNode()
            .put("what", what)
            .put("who", reason.who())
            .put("where", reason.where());
    reason.why().ifPresent(why -> text.put("why", why));
    EventWriter.write(
        cluster, Topics.RUN_LOG, RunLogEntries.dated(KIND, change, text.toString(), Instant.now()));
  }

  /** The change that an entry of the run log is; empty if it is another entry. */
  public static Optional<Entry> read(RunLogEntry entry) {
    if (!entry.getKind().equals(KIND)) {
      return Optional.empty();
    }
    try {
      JsonNode text = JSON.readTree(entry.getText());
      return Optional.of(
          new Entry(
              entry.getTime().toString(),
              entry.getName(),
              text.path("what").asText(),
              text.path("who").asText(),
              text.path("where").asText(),
              Optional.ofNullable(text.get("why")).map(JsonNode::asText)));
    } catch (JsonProcessingException e) {
      return Optional.of(
          new Entry(
              entry.getTime().toString(),
              entry.getName(),
              entry.getText(),
              "?",
              "?",
              Optional.empty()));
    }
  }
}
