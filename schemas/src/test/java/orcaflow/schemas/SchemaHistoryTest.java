package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed history of every event. After a change of a schema, {@code mvn -pl schemas -am test
 * -Dtest=SchemaHistoryTest -Dsurefire.failIfNoSpecifiedTests=false -Dorcaflow.history.write=true}
 * writes the next version; with the folder {@code schemas/history} deleted first it writes version
 * 1 again, which is right only before a release.
 */
class SchemaHistoryTest {

  @BeforeAll
  static void writeIfAsked() throws IOException {
    if (Boolean.getBoolean("orcaflow.history.write")) {
      for (SchemaHistory event : events().toList()) {
        event.writeIfChanged();
      }
    }
  }

  static Stream<SchemaHistory> events() {
    return Topics.all().stream().map(SchemaHistory::new);
  }

  @ParameterizedTest
  @MethodSource("events")
  void theNewestEntryIsTheCurrentSchema(SchemaHistory event) throws IOException {
    List<Schema> versions = event.versions();
    assertThat(versions)
        .as("schemas/history has no %s; see this class's comment", event.topic().schema().getName())
        .isNotEmpty();
    assertThat(versions.get(versions.size() - 1).toString())
        .as("the schema changed; see this class's comment")
        .isEqualTo(event.current().toString());
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyVersionReadsEveryOther(SchemaHistory event) throws Exception {
    List<Schema> versions = new ArrayList<>(event.versions());
    versions.add(event.current());
    for (Schema version : versions) {
      assertThatCode(() -> SchemaHistory.checkMutuallyReadable(version, versions))
          .as(event.topic().name())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aFieldAddedWithoutDefaultWouldBeRefused() {
    Schema before = schema("{\"name\":\"a\",\"type\":\"string\"}");
    Schema after =
        schema("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"string\"}");
    assertThatThrownBy(() -> SchemaHistory.checkMutuallyReadable(after, List.of(before)))
        .isInstanceOf(SchemaValidationException.class);
  }

  @Test
  void aFieldAddedWithDefaultIsWelcome() {
    Schema before = schema("{\"name\":\"a\",\"type\":\"string\"}");
    Schema after =
        schema(
            "{\"name\":\"a\",\"type\":\"string\"},"
                + "{\"name\":\"b\",\"type\":[\"null\",\"string\"],\"default\":null}");
    assertThatCode(() -> SchemaHistory.checkMutuallyReadable(after, List.of(before)))
        .doesNotThrowAnyException();
  }

  @Test
  void theHistoryHasOneFolderForEachEvent() {
    assertThat(Repository.file("schemas/history").toFile().list())
        .containsExactlyInAnyOrderElementsOf(
            Topics.all().stream().map(topic -> topic.schema().getName()).toList());
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyTypeAndEveryFieldIsDescribed(SchemaHistory event) {
    for (Schema type : EventTypes.within(event.topic().schema()).values()) {
      assertThat(type.getDoc()).as(type.getName()).isNotBlank();
      if (type.getType() == Schema.Type.RECORD) {
        for (Schema.Field field : type.getFields()) {
          assertThat(field.doc()).as(type.getName() + "." + field.name()).isNotBlank();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatMayBeNullIsNullByDefault(SchemaHistory event) {
    Map<String, Schema> types = new LinkedHashMap<>(EventTypes.within(event.topic().schema()));
    types.values().removeIf(type -> type.getType() != Schema.Type.RECORD);
    for (Schema type : types.values()) {
      for (Schema.Field field : type.getFields()) {
        if (field.schema().isNullable()) {
          assertThat(field.hasDefaultValue()).as(type.getName() + "." + field.name()).isTrue();
        }
      }
    }
  }

  private static Schema schema(String fields) {
    return new Schema.Parser()
        .parse("{\"type\":\"record\",\"name\":\"Event\",\"fields\":[" + fields + "]}");
  }
}
