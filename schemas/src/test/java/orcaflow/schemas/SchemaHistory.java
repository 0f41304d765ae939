package orcaflow.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;

/**
 * The versions of one event that were ever released, {@code schemas/history/<Event>/v<N>.avsc}:
 * fully expanded, with docs, without what is Java's own.
 */
record SchemaHistory(Topic<?> topic) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final String JAVA_STRING = "avro.java.string";

  /** All versions, the oldest first. */
  List<Schema> versions() throws IOException {
    List<Schema> versions = new ArrayList<>();
    for (int n = 1; Files.exists(file(n)); n++) {
      versions.add(new Schema.Parser().parse(Files.readString(file(n))));
    }
    return versions;
  }

  /** What the code has now, spelled as in the history. */
  Schema current() {
    return new Schema.Parser().parse(text());
  }

  /** Writes the current schema as the next version unless it is the newest already. */
  void writeIfChanged() throws IOException {
    List<Schema> versions = versions();
    if (versions.isEmpty() || !same(versions.get(versions.size() - 1), current())) {
      Path next = file(versions.size() + 1);
      Files.createDirectories(next.getParent());
      Files.writeString(next, text());
    }
  }

  /** Equality that sees docs too, which {@link Schema#equals} does not. */
  static boolean same(Schema one, Schema other) {
    return one.toString().equals(other.toString());
  }

  /**
   * FULL_TRANSITIVE: a schema reads and is read by each of the others.
   *
   * @throws SchemaValidationException if one cannot
   */
  static void checkMutuallyReadable(Schema schema, List<Schema> others)
      throws SchemaValidationException {
    new SchemaValidatorBuilder().mutualReadStrategy().validateAll().validate(schema, others);
  }

  private Path file(int version) {
    return Repository.file("schemas/history")
        .resolve(topic.schema().getName())
        .resolve("v" + version + ".avsc");
  }

  private String text() {
    DefaultPrettyPrinter lines =
        new DefaultPrettyPrinter().withArrayIndenter(INDENT).withObjectIndenter(INDENT);
    try {
      return JSON.writer(lines).writeValueAsString(plain(JSON.readTree(topic.schema().toString())))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code {"type":"string","avro.java.string":"String"}} is how Java says {@code "string"}. */
  private static JsonNode plain(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JSON.createArrayNode();
      array.forEach(element -> copy.add(plain(element)));
      return copy;
    }
    if (node instanceof ObjectNode object) {
      if (object.has(JAVA_STRING) && object.size() == 2) {
        return TextNode.valueOf(object.get("type").asText());
      }
      ObjectNode copy = JSON.createObjectNode();
      for (Map.Entry<String, JsonNode> property : object.properties()) {
        if (!property.getKey().equals(JAVA_STRING)) {
          copy.set(property.getKey(), plain(property.getValue()));
        }
      }
      return copy;
    }
    return node;
  }
}
