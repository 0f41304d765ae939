package orcaflow.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import orcaflow.agents.model.PriceList;
import orcaflow.schemas.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentsConfigTest {

  @Test
  void theDefaultFileHasEverySetting() {
    AgentsConfig config = AgentsConfig.defaults().withModels("http://a", "http://t", "http://s");
    assertThat(config.endpoints().judge().url()).isEqualTo("http://a");
    assertThat(config.endpoints().teacher().keyVariable()).isEmpty();
    assertThat(config.stages().solve().byGold()).isFalse();
    assertThat(config.withGoldTeacher().stages().solve().byGold()).isTrue();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new AgentsConfig.Solve(true, null, "oracle", null))
        .hasMessage("teacher is 'oracle': give model or gold");
  }

  @Test
  void aFurtherEndpointHasTheSettingsOfTheFirstButNotItsKey() {
    EndpointConfig first = teacher("others: [{url: http://b, weight: 3, concurrency: 2}]");
    assertThat(first.weights()).containsExactly(1.0, 3.0);
    assertThat(first.members())
        .extracting(EndpointConfig::url)
        .containsExactly("http://a", "http://b");
    EndpointConfig second = first.members().get(1);
    assertThat(second.keyVariable()).isEmpty();
    assertThat(second.limits())
        .usingRecursiveComparison()
        .ignoringFields("concurrency")
        .isEqualTo(first.limits());
    assertThat(second.limits().concurrency()).isEqualTo(2);
    assertThat(first.prices()).isNotEqualTo(PriceList.FREE);
    assertThat(first.members().get(0)).isEqualTo(teacher("others:"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "others: [{url: http://b, weight: 0}] | weight is '0.0': give more than 0",
        "others: [{weight: 1}] | url is missing: give http://host:port",
        "structured: maybe | structured is 'maybe': give auto, never or always",
        "failOverSeconds: 0 | failOverSeconds is '0': give 1 or more",
      })
  void saysWhichSettingOfAnEndpointIsWrong(String line, String sentence) {
    assertThatThrownBy(() -> teacher(line)).hasMessageEndingWith(sentence);
  }

  private static EndpointConfig teacher(String line) {
    return ConfigFile.parse(
        "agents.yaml",
        """
        url: http://a
        keyVariable: KEY
        timeoutSeconds: 7
        concurrency: 16
        attempts: 4
        backoffMillis: 500
        longestBackoffSeconds: 15
        cost: {perMillionPromptTokens: 1, perMillionCompletionTokens: 2}
        %s
        """
            .formatted(line),
        EndpointConfig.class,
        "X",
        Map.of());
  }

  @Test
  void pricesOfAServiceTierAreRead() {
    EndpointConfig.Cost cost =
        ConfigFile.parse(
            "agents.yaml",
            """
            perMillionPromptTokens: 2
            perMillionCompletionTokens: 10
            tiers: {batch: {perMillionPromptTokens: 1, perMillionCompletionTokens: 5}}
            """,
            EndpointConfig.Cost.class,
            "X",
            Map.of());
    assertThat(cost.prices().all().tiers())
        .containsExactly(Map.entry("batch", new PriceList.Price(1, 1, 5)));
  }
}
