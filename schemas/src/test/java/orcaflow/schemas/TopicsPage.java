package orcaflow.schemas;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Writes {@code docs/topics.md} from the catalogue and the schemas. */
final class TopicsPage {

  private TopicsPage() {}

  static String text() {
    StringBuilder page = new StringBuilder();
    page.append("# Topics\n\n")
        .append("Written from the catalogue `orcaflow.schemas.Topics` and the schemas in\n")
        .append("`schemas/src/main/avro`; `TopicsPageTest` says how. Do not edit by hand.\n\n")
        .append("A topic's full name is `<run>.<topic>`; its subject in the registry is\n")
        .append("`<run>.<topic>-value`. Values are Avro in Confluent's wire format, keys are\n")
        .append("strings, timestamps are real times. *run* partitions means as many as the run\n")
        .append("was created with. What a stage could not process is in `<run>.<topic>.dlq`,\n")
        .append("where the table says so.\n\n")
        .append("A dead letter is the record as it was, with the cause in headers\n")
        .append("(`__streams.errors.*`, `orcaflow.stage`, `orcaflow.outcome`). A record in a\n")
        .append(
            "`.dlq` topic with the header `orcaflow.redriven-letter` is no letter but a mark:\n")
        .append(
            "the letter at that offset of its partition is redriven. A record with the header\n")
        .append("`orcaflow.redriven` repeats one that is in its topic already: whoever counts or\n")
        .append("collects events passes over it. It names in `orcaflow.takes-back` the outcomes\n")
        .append("that it takes back, and the outcome of such an input has an id of its own.\n")
        .append("[dead-letters.md](dead-letters.md) shows the commands.\n\n")
        .append(
            "How other programs read the topics, a notebook among them: [tools.md](tools.md).\n\n");
    overview(page);
    Map<String, Schema> parts = new LinkedHashMap<>();
    for (Topic<?> topic : Topics.all()) {
      section(page, topic);
      EventTypes.within(topic.schema()).forEach(parts::putIfAbsent);
    }
    Topics.all().forEach(topic -> parts.remove(topic.schema().getFullName()));
    page.append("# Parts of events\n\n");
    parts.values().forEach(part -> part(page, part));
    return page.toString().stripTrailing() + "\n";
  }

  private static void overview(StringBuilder page) {
    page.append("| topic | event | key | partitions | kept | dead letters |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (Topic<?> topic : Topics.all()) {
      page.append(
          "| [`%s`](#%s) | `%s` | `%s` | %s | %s | %s |\n"
              .formatted(
                  topic.name(),
                  topic.name(),
                  topic.schema().getName(),
                  key(topic),
                  partitions(topic),
                  "for ever",
                  Topics.withDeadLetters().contains(topic) ? "yes" : ""));
    }
    page.append("\n");
  }

  private static void section(StringBuilder page, Topic<?> topic) {
    page.append("## ").append(topic.name()).append("\n\n");
    page.append(topic.schema().getDoc()).append("\n\n");
    page.append(
        "Event `%s`, key `%s`, id `%s`, partitions: %s, kept: %s.\n\n"
            .formatted(
                topic.schema().getName(), key(topic), id(topic), partitions(topic), "for ever"));
    fields(page, topic.schema());
  }

  private static void part(StringBuilder page, Schema part) {
    page.append("## ").append(part.getName()).append("\n\n").append(part.getDoc()).append("\n\n");
    if (part.getType() == Schema.Type.ENUM) {
      page.append(
          part.getEnumSymbols().stream()
              .map(symbol -> "`" + symbol + "`")
              .collect(Collectors.joining(", ", "", ".\n\n")));
    } else {
      fields(page, part);
    }
  }

  private static void fields(StringBuilder page, Schema record) {
    page.append("| field | type | what it is |\n|---|---|---|\n");
    for (Schema.Field field : record.getFields()) {
      page.append(
          "| `%s` | %s | %s |\n".formatted(field.name(), type(field.schema()), cell(field.doc())));
    }
    page.append("\n");
  }

  private static String type(Schema schema) {
    if (schema.getLogicalType() != null) {
      return schema.getLogicalType().getName();
    }
    return switch (schema.getType()) {
      case RECORD, ENUM ->
          "[%s](#%s)".formatted(schema.getName(), schema.getName().toLowerCase(Locale.ROOT));
      case ARRAY -> "array of " + type(schema.getElementType());
      case MAP -> "map of " + type(schema.getValueType());
      case UNION ->
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .map(TopicsPage::type)
              .collect(Collectors.joining(" or ", "", schema.isNullable() ? ", may be null" : ""));
      default -> schema.getType().getName();
    };
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  private static String partitions(Topic<?> topic) {
    return topic.spread() == Topic.Spread.ONE ? "1" : "*run*";
  }

  private static <T extends SpecificRecord> String key(Topic<T> topic) {
    return fieldRead(topic, topic.keyOf());
  }

  private static <T extends SpecificRecord> String id(Topic<T> topic) {
    return fieldRead(topic, topic.idOf());
  }

  /**
   * The name of the field that a function of the catalogue reads. The function is applied to an
   * event whose string fields hold their own names, and whose int fields hold their positions.
   */
  private static <T extends SpecificRecord> String fieldRead(
      Topic<T> topic, Function<T, String> read) {
    Schema schema = topic.schema();
    T event = topic.type().cast(SpecificData.newInstance(topic.type(), schema));
    Map<String, String> names = new HashMap<>();
    for (Schema.Field field : schema.getFields()) {
      if (field.schema().getType() == Schema.Type.STRING) {
        event.put(field.pos(), field.name());
      } else if (field.schema().getType() == Schema.Type.INT) {
        event.put(field.pos(), field.pos());
        names.put(Integer.toString(field.pos()), field.name());
      }
    }
    String value = read.apply(event);
    return names.getOrDefault(value, value);
  }
}
