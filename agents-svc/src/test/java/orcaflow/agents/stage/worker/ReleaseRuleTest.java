package orcaflow.agents.stage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseRuleTest {

  private final ReleaseRule rule = new ReleaseRule(Duration.ofSeconds(120), 5);

  @ParameterizedTest
  @CsvSource({
    "121, true, 1, true",
    "121, true, 4, true",
    "120, true, 1, false",
    "121, false, 1, false",
    "121, true, 5, false",
    "9999, true, 6, false",
  })
  void givesBackPostponedInputsAfterPatienceUnlessOneIsOnItsLastDelivery(
      long heldSeconds, boolean postponed, int highestDelivery, boolean givesBack) {
    assertThat(rule.givesBack(Duration.ofSeconds(heldSeconds), postponed, highestDelivery))
        .isEqualTo(givesBack);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "4, false", "5, true", "6, true"})
  void theLastDeliveryIsThatOfTheLimit(int delivery, boolean last) {
    assertThat(rule.isLast(delivery)).isEqualTo(last);
  }
}
