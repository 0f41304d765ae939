package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerConfigTest {

  @Test
  void theCommentedFileIsAWholeConfig() {
    TrainerFile settings = parse(TrainerFile.defaultText(), Map.of());

    assertThat(settings.cluster().run()).isEqualTo("main");
    assertThat(settings.trainer().train().openAfterRows()).isZero();
    assertThat(settings.trainer().server().queue()).isEqualTo(4096);
  }

  /** It would change nothing, and who set it would not know. */
  @ParameterizedTest
  @ValueSource(strings = {"ORCAFLOW_TRAINER_SERVER_PROT", "ORCAFLOW_CLUSTER_BOOTSTRAPS"})
  void aVariableThatNamesNoSettingIsRefused(String variable) {
    assertThatThrownBy(() -> parse(TrainerFile.defaultText(), Map.of(variable, "1")))
        .isInstanceOf(ConfigFile.BadConfig.class)
        .hasMessageContaining("the environment has " + variable)
        .hasMessageContaining("has no such setting");
  }

  @Test
  void theEnvironmentHasTheLastWord() {
    Map<String, String> environment =
        Map.of("ORCAFLOW_TRAINER_SERVER_PORT", "8101", "ORCAFLOW_CLUSTER_RUN", "other");
    TrainerFile settings = parse(TrainerFile.defaultText(), environment);

    assertThat(settings.trainer().server().port()).contains(8101);
    assertThat(settings.cluster().run()).isEqualTo("other");
  }

  @Test
  void namesKeyAndValueOfWhatIsWrong() {
    assertThatThrownBy(
            () -> parse(TrainerFile.defaultText().replace("keep: 3", "keep: 0"), Map.of()))
        .hasMessageContaining("trainer.train.checkpoint: checkpoint.keep is '0': give 1 or more");
  }

  @Test
  void theDeviceIsTheCpuUnlessAnotherIsNamed() {
    TrainerConfig config = parse(TrainerFile.defaultText(), Map.of()).trainer();

    assertThat(config.device()).isEqualTo("cpu");
    assertThat(config.on("cuda:1").with(config.server()).onFreePorts().device())
        .isEqualTo("cuda:1");
    assertThatThrownBy(() -> config.on("gpu"))
        .hasMessage("device is 'gpu': give cpu, or cuda:0 and so on");
  }

  @Test
  void productsAreInFloat32UnlessTheyMayBeNarrower() {
    TrainerConfig config = parse(TrainerFile.defaultText(), Map.of()).trainer();

    assertThat(config.precision()).isEqualTo("float32");
    assertThat(config.in("bfloat16").on("cpu").with(config.train()).onFreePorts().precision())
        .isEqualTo("bfloat16");
    assertThat(
            parse(TrainerFile.defaultText(), Map.of("ORCAFLOW_TRAINER_PRECISION", "bfloat16"))
                .trainer()
                .precision())
        .isEqualTo("bfloat16");
    assertThatThrownBy(() -> config.in("float16"))
        .hasMessage("precision is 'float16': give float32 or bfloat16");
  }

  @Test
  void standardKeepsTheDefaults() {
    TrainerConfig config =
        TrainerFile.defaults()
            .trainer()
            .in(Path.of("d"), List.of(Path.of("b.jsonl")), Optional.of(Path.of("v.jsonl")));

    assertThat(config.onFreePorts().server().port()).contains(0);
    assertThat(config.dir()).isEqualTo("d");
    assertThat(config.evaluate().benchmarks()).containsExactly("b.jsonl");
    assertThat(config.train().checkpoint().keep()).isEqualTo(3);
  }

  private static TrainerFile parse(String text, Map<String, String> environment) {
    return ConfigFile.parse("t.yaml", text, TrainerFile.class, "ORCAFLOW", environment);
  }
}
