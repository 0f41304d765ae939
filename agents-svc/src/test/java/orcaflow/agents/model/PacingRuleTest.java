package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacingRuleTest {

  private static final PacingRule RULE =
      new PacingRule(
          new EndpointLimits(
              1,
              1,
              Duration.ofSeconds(1),
              Duration.ofSeconds(15),
              Duration.ofMinutes(10),
              OptionalLong.empty(),
              OptionalLong.empty(),
              PriceList.FREE));

  @ParameterizedTest
  @CsvSource({
    // failure, seconds asked, failures in a row, seconds of the pause
    "LIMITED, 7, 1, 7",
    "LIMITED, 86400, 1, 600",
    "LIMITED, , 1, 1",
    "LIMITED, , 3, 4",
    "LIMITED, , 30, 15",
    "LIMITED, , 1000, 15",
    "WAIT, 20, 1, 20",
    "WAIT, , 1, ",
    "ASK_AGAIN, , 9, ",
    "ASK_AGAIN, , 10, 5",
    "ASK_AGAIN, , 11, ",
    "ASK_AGAIN, 7, 11, 7",
    "MONEY, , 1, 15",
    "MONEY, , 3, 60",
    "MONEY, , 9, 600",
    "SETTING, , 1, 1",
    "SETTING, , 9, 15",
    "REFUSED, , 1, ",
  })
  void aPauseIsTheEndpointsOrGrows(String failure, Integer asked, int inARow, Integer pause) {
    assertThat(RULE.pause(failure(failure, asked), inARow))
        .isEqualTo(Optional.ofNullable(pause).map(Duration::ofSeconds));
  }

  private static ModelFailure failure(String name, Integer asked) {
    Optional<Duration> wait = Optional.ofNullable(asked).map(Duration::ofSeconds);
    return switch (name) {
      case "LIMITED" -> new RateLimited("slower", wait);
      case "REFUSED" -> new Refused("too long");
      default -> new Unavailable("away", Remedy.valueOf(name), wait, ModelResponse.Usage.NONE);
    };
  }
}
