package orcaflow.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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
}
