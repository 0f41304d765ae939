package orcaflow.cli.letters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A letter as it is shown.
 *
 * @param headers all but the cause, {@code name=value}
 * @param event as JSON, if the value is an event that can be read
 * @param value the bytes in hex, if they are no event; empty if there are none
 * @param evidence what brought the cause, such as a model's reply: status, type and body
 */
public record LetterView(
    String letter,
    boolean redriven,
    Optional<String> source,
    String stage,
    Optional<String> attempts,
    String time,
    String exception,
    String message,
    String trace,
    Optional<String> key,
    List<String> headers,
    Optional<JsonNode> event,
    Optional<String> value,
    Optional<String> evidence) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CAUSE = "__streams.errors.";
  private static final int TRACE_LINES = 6;
  private static final int EVIDENCE_CHARACTERS = 1_000;

  /**
   * @param place of the letter, as it is printed
   */
  private static LetterView of(
      String place,
      Letter letter,
      ConsumerRecord<byte[], byte[]> record,
      Optional<SpecificRecord> event) {
    List<String> headers = new ArrayList<>();
    record
        .headers()
        .forEach(
            header -> {
              if (!header.key().startsWith(CAUSE) && !header.key().equals(LetterHeaders.EVIDENCE)) {
                headers.add(
                    header.key() + "=" + (header.value() == null ? "" : text(header.value())));
              }
            });
    return new LetterView(
        place,
        letter.redriven(),
        letter.source().map(Place::toString),
        letter.stageName(),
        LetterHeaders.text(record.headers(), LetterHeaders.ATTEMPTS),
        letter.time().toString(),
        letter.exception(),
        LetterHeaders.text(record.headers(), LetterHeaders.MESSAGE).orElse(""),
        LetterHeaders.text(record.headers(), LetterHeaders.TRACE).orElse(""),
        Optional.ofNullable(record.key()).map(LetterView::text),
        headers,
        event.map(LetterView::json),
        event.isPresent() || record.value() == null
            ? Optional.empty()
            : Optional.of(HexFormat.of().formatHex(record.value())),
        LetterHeaders.text(record.headers(), LetterHeaders.EVIDENCE));
  }

  /**
   * Letters as they are shown, in their order; one whose record is gone is left out.
   *
   * @param letters of that run
   */
  public static List<LetterView> of(
      List<Letter> letters, Cluster cluster, LetterTopics topics, LetterEvents events) {
    Map<Place, Letter> byPlace = new HashMap<>();
    letters.forEach(letter -> byPlace.put(letter.place(), letter));
    Map<Place, LetterView> views = new HashMap<>();
    topics.each(
        byPlace.keySet(),
        record -> {
          Place place = Place.of(record);
          views.put(
              place, of(place.within(cluster), byPlace.get(place), record, events.of(record)));
        });
    return letters.stream()
        .map(letter -> views.get(letter.place()))
        .filter(Objects::nonNull)
        .toList();
  }

  private static JsonNode json(SpecificRecord event) {
    try {
      return JSON.readTree(event.toString());
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(event.toString());
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * In lines, the trace cut short.
   *
   * @param traced whether with the first lines of the trace
   */
  public String text(boolean traced) {
    StringBuilder lines = new StringBuilder();
    lines.append(Printable.text(letter)).append(redriven ? "  redriven" : "  open");
    line(lines, "came from", source.orElse("(not named)"));
    line(lines, "stage", stage + attempts.map(n -> ", delivery " + n).orElse(""));
    line(lines, "when", time);
    line(lines, "cause", message.isEmpty() ? exception : exception + ": " + message);
    if (traced) {
      trace.lines().skip(1).limit(TRACE_LINES).forEach(each -> line(lines, "", each.strip()));
    }
    line(lines, "key", key.orElse("(none)"));
    headers.forEach(header -> line(lines, "header", header));
    evidence.ifPresent(shown -> line(lines, "reply", start(shown)));
    if (event.isPresent()) {
      line(lines, "event", event.get().toString());
    } else if (value.isPresent()) {
      line(lines, "bytes", Printable.bytes(HexFormat.of().parseHex(value.get())));
    } else {
      line(lines, "bytes", "(none)");
    }
    return lines.toString();
  }

  private static String start(String evidence) {
    return evidence.length() <= EVIDENCE_CHARACTERS
        ? evidence
        : "%s... (%,d characters in all; -o json has them)"
            .formatted(evidence.substring(0, EVIDENCE_CHARACTERS), evidence.length());
  }

  private static void line(StringBuilder lines, String name, String value) {
    lines.append("%n  %-10s ".formatted(name)).append(Printable.text(value));
  }
}
