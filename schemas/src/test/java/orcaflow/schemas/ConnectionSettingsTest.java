package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionSettingsTest {

  @TempDir Path dir;

  /** A configuration file with a cluster in it. */
  record File(Cluster cluster) {}

  @Test
  void variablesAddSettingsWhereTheFileHasNone() throws IOException {
    Path secret = Files.writeString(dir.resolve("secret"), "required password=\"s\";\n");
    Cluster cluster =
        read(
            "kafka: {}",
            Map.of(
                "ORCAFLOW_CLUSTER_KAFKA_SASL_MECHANISM", "PLAIN",
                "ORCAFLOW_CLUSTER_KAFKA_SASL_JAAS_CONFIG_FILE", secret.toString(),
                "ELSEWHERE_CLUSTER_KAFKA_SASL_MECHANISM", "no"));
    assertThat(cluster.kafka())
        .isEqualTo(
            Map.of("sasl.mechanism", "PLAIN", "sasl.jaas.config", "required password=\"s\";"));
  }

  @Test
  void aVariableThatOnlyBeginsAlikeIsRefused() {
    assertThatThrownBy(() -> read("kafka: {}", Map.of("ORCAFLOW_CLUSTER_KAFKAESQUE", "no")))
        .hasMessageContaining("the environment has ORCAFLOW_CLUSTER_KAFKAESQUE");
  }

  @Test
  void variablesOverrideSettingsOfTheFile() {
    assertThat(
            read(
                    "kafka: {sasl.mechanism: PLAIN, client.rack: a}",
                    Map.of("ORCAFLOW_CLUSTER_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"))
                .kafka())
        .isEqualTo(Map.of("sasl.mechanism", "SCRAM-SHA-512", "client.rack", "a"));
  }

  @Test
  void aVariableThatNamesNoFileIsSaid() {
    assertThatThrownBy(
            () ->
                ConnectionSettings.environment(
                    "P_", Map.of("P_SSL_KEY_PASSWORD_FILE", "/nowhere/key")))
        .isInstanceOf(ConfigFile.BadConfig.class)
        .hasMessage("/nowhere/key: there is no such file");
  }

  @Test
  void aPropertiesFileIsReadAsKafkasToolsReadIt() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("c.properties"),
            "# a comment\nsecurity.protocol = SASL_SSL\nsasl.jaas.config=a \\\n  b=\"c\";\n");
    assertThat(ConnectionSettings.file(file))
        .isEqualTo(Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", "a b=\"c\";"));
    Path half = Files.writeString(dir.resolve("half.properties"), "sasl.mechanism\n");
    assertThatThrownBy(() -> ConnectionSettings.file(half))
        .hasMessage(half + ": sasl.mechanism has no value");
    assertThatThrownBy(() -> ConnectionSettings.file(dir.resolve("none")))
        .hasMessage(dir.resolve("none") + ": there is no such file");
  }

  @Test
  void aUserInTheRegistrysUrlIsASettingAndInNoText() {
    Cluster cluster =
        new Cluster("h:1", "https://me:p%40ss+1@reg/v7", "r", Map.of("sasl.mechanism", "PLAIN"));
    assertThat(cluster.registry()).isEqualTo("https://reg/v7");
    assertThat(cluster.registrySettings())
        .isEqualTo(
            Map.of(
                "schema.registry.url", "https://reg/v7",
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "me:p@ss+1",
                "sasl.mechanism", "PLAIN"));
    assertThat(cluster.clientSettings())
        .isEqualTo(Map.of("bootstrap.servers", "h:1", "sasl.mechanism", "PLAIN"));
    assertThat(cluster.toString())
        .contains("https://reg/v7", "basic.auth.user.info")
        .doesNotContain("ss+1");
    assertThat(cluster.another("s").registrySettings()).isEqualTo(cluster.registrySettings());
  }

  private static Cluster read(String kafka, Map<String, String> environment) {
    String text = "cluster: {bootstrap: 'h:1', registry: 'http://r', run: m, %s}".formatted(kafka);
    return ConfigFile.parse("f.yaml", text, File.class, "ORCAFLOW", environment).cluster();
  }
}
