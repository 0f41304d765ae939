package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceOptionTest {

  private static final List<ServiceOption> KNOWN =
      List.of(new ServiceOption("--precision", "bfloat16", "of matrix products"));

  @Test
  void optionsComeInAnyOrderEachWithItsValue() {
    assertThat(parse("--precision", "bfloat16", "--config", "f"))
        .contains(Map.of("--config", "f", "--precision", "bfloat16"));
    assertThat(parse("--config", "f", "--precision")).isEmpty();
    assertThat(parse("--config", "f", "--config", "g")).isEmpty();
  }

  @Test
  void theFileIsNeededAndOtherOptionsAreUnknown() {
    assertThat(parse("--config", "f")).contains(Map.of("--config", "f"));
    assertThat(parse()).isEmpty();
    assertThat(parse("--precision", "bfloat16")).isEmpty();
    assertThat(parse("--config", "f", "--device", "cpu")).isEmpty();
  }

  @Test
  void theUsageHasALineForEach() {
    assertThat(ServiceOption.usage(KNOWN).lines())
        .containsExactly(
            "  --config FILE          start with the settings in FILE; ORCAFLOW_... overrides them",
            "  --precision bfloat16   of matrix products",
            "  --print-config         print a file with every setting and its default",
            "  --help                 print this");
  }

  private static Optional<Map<String, String>> parse(String... arguments) {
    return ServiceOption.parse(KNOWN, arguments);
  }
}
