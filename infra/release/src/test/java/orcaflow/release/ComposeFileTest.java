package orcaflow.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kafka.server.KafkaConfig;
import orcaflow.agents.AgentsFile;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.ConfigFile.BadConfig;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.StreamsFile;
import orcaflow.trainer.TrainerFile;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be known of {@code infra/compose} without Docker. */
class ComposeFileTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String OURS = "ORCAFLOW_";

  /** Of the launcher, not of a service. */
  private static final String HEAP = "ORCAFLOW_HEAP";

  /** A service's file: its class and the text that {@code --print-config} prints. */
  private record Settings(Class<?> type, String resource) {
    Object with(Map<String, String> environment) {
      String text = ConfigFile.resource(type, resource);
      return ConfigFile.parse(resource, text, type, "ORCAFLOW", environment);
    }
  }

  private static final Map<String, Settings> SETTINGS =
      Map.of(
          "agents", new Settings(AgentsFile.class, "/agents.yaml"),
          "streams", new Settings(StreamsFile.class, "/orcaflow-streams.yaml"),
          "trainer", new Settings(TrainerFile.class, "/trainer.yaml"));

  private ComposeFile compose;

  @BeforeEach
  void read() throws IOException {
    compose = ComposeFile.read();
  }

  @Test
  void isAComposeFile() throws IOException {
    ObjectNode schema =
        (ObjectNode)
            JSON.readTree(getClass().getResourceAsStream("/compose-spec/compose-spec.json"));
    schema.remove("$id"); // it is relative, which the validator does not take
    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(compose.tree()))
        .isEmpty();
  }

  @Test
  void namesTheVersionsOfTheBuild() {
    for (String service : List.of("kafka", "registry", "prometheus", "grafana")) {
      assertThat(compose.image(service)).isEqualTo(System.getProperty("image." + service));
    }
    Set<String> others = new TreeSet<>(compose.services());
    others.removeAll(Set.of("kafka", "registry", "prometheus", "grafana"));
    for (String service : others) {
      assertThat(compose.image(service))
          .isEqualTo("${ORCAFLOW_IMAGE:-%s}".formatted(System.getProperty("image.orcaflow")));
    }
  }

  @Test
  void allShareOneNetworkWhosePortsAreOfThisMachineAlone() {
    for (String service : compose.services()) {
      if (service.equals("pod")) {
        assertThat(compose.list(service, "ports"))
            .isNotEmpty()
            .allSatisfy(port -> assertThat(port).matches("127\\.0\\.0\\.1:(\\d+):\\1"));
      } else {
        assertThat(compose.service(service).path("network_mode").asText()).isEqualTo("service:pod");
        assertThat(compose.list(service, "ports")).isEmpty();
      }
    }
  }

  @Test
  void mountsWhatIsThere() {
    for (String service : compose.services()) {
      for (String volume : compose.list(service, "volumes")) {
        String source = volume.substring(0, volume.indexOf(':'));
        if (source.startsWith(".")) {
          assertThat(ComposeFile.FOLDER.resolve(source)).as("%s of %s", source, service).exists();
          assertThat(volume).endsWith(":ro");
        } else {
          assertThat(compose.tree().get("volumes").has(source)).as(source).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"agents", "streams", "trainer"})
  void everyVariableIsASettingOfItsService(String service) {
    Settings settings = SETTINGS.get(service);
    Map<String, String> variables = ofTheService(service);
    assertThat(variables).isNotEmpty();
    for (String variable : variables.keySet()) {
      // No setting can be this; a variable that is none is passed over.
      assertThatThrownBy(() -> settings.with(Map.of(variable, "[[{}]]")))
          .as(variable)
          .isInstanceOf(BadConfig.class);
    }
    assertThat(settings.with(variables)).isNotEqualTo(settings.with(Map.of()));
    assertThat(compose.list(service, "command"))
        .containsExactly(service, "--config", "/opt/orcaflow/config/%s.yaml".formatted(service));
  }

  @Test
  void servicesFitEachOther() throws IOException {
    AgentsFile agents = (AgentsFile) SETTINGS.get("agents").with(ofTheService("agents"));
    StreamsFile streams = (StreamsFile) SETTINGS.get("streams").with(ofTheService("streams"));
    TrainerFile trainer = (TrainerFile) SETTINGS.get("trainer").with(ofTheService("trainer"));
    assertThat(streams.recipe()).isEqualTo(trainer.recipe());
    assertThat(RecipeFile.read(streams.recipe(), Map.of()).recipe().expansion())
        .isEqualTo(agents.expansion());
    assertThat(agents.cluster()).isEqualTo(streams.cluster()).isEqualTo(trainer.cluster());
    assertThat(trainer.trainer().train().openAfterRows()).isPositive();
    assertThat(agents.agents().endpoints().student().url())
        .isEqualTo("http://127.0.0.1:" + trainer.trainer().server().port().orElseThrow());
    assertThat(compose.list("scripted-model", "command"))
        .endsWith(agents.agents().endpoints().teacher().url().replaceFirst(".*:", ""));

    Set<String> observed =
        Set.of(
            "127.0.0.1:" + agents.agents().observe().port().orElseThrow(),
            "127.0.0.1:" + streams.streams().observe().port().orElseThrow(),
            "127.0.0.1:" + trainer.trainer().observe().port().orElseThrow());
    JsonNode targets = JSON.readTree(ComposeFile.FOLDER.resolve("targets.json").toFile());
    assertThat(targets.get(0).get("targets"))
        .extracting(JsonNode::textValue)
        .containsExactlyInAnyOrderElementsOf(observed);
  }

  @Test
  void theBrokerTakesItsSettings() {
    Map<String, String> settings = new HashMap<>();
    compose
        .environment("kafka", "KAFKA_")
        .forEach(
            (variable, value) ->
                settings.put(
                    variable
                        .substring("KAFKA_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.'),
                    value));
    assertThat(AbstractKafkaConfig.CONFIG_DEF.names()).containsAll(settings.keySet());
    assertThat(new KafkaConfig(settings, false).isKRaftCombinedMode()).isTrue();
  }

  @Test
  void theLauncherTakesTheHeap() throws IOException {
    assertThat(Files.readString(Path.of("bin/launch"))).contains(HEAP);
    for (String service : SETTINGS.keySet()) {
      assertThat(compose.environment(service, HEAP)).isNotEmpty();
    }
  }

  private Map<String, String> ofTheService(String service) {
    Map<String, String> variables = compose.environment(service, OURS);
    variables.remove(HEAP);
    return variables;
  }
}
