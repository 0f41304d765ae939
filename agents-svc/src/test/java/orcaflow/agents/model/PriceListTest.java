package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceListTest {

  private static final PriceList.Price BATCH = new PriceList.Price(1, 0.5, 5);
  private static final PriceList PRICES =
      new PriceList(
          new PriceList.Price(
              2, 1, 10, Map.of("batch", BATCH, "priority", new PriceList.Price(4, 2, 20))),
          Map.of(
              "small",
              new PriceList.Price(0.2, 0.1, 1),
              "large",
              new PriceList.Price(20, 20, 100, Map.of("flex", new PriceList.Price(10, 10, 50)))));

  /** 3,000,000 prompt tokens, of which 1,000,000 cached, and 2,000,000 of completions. */
  @ParameterizedTest
  @CsvSource({
    // model, tier in the reply, cost
    "m,     ,         25",
    "m,     default,  25",
    "m,     batch,    12.5",
    "m,     flex,     12.5",
    "m,     priority, 50",
    "m,     scale,    25",
    "small, ,         2.5",
    "small, batch,    2.5",
    "large, ,         260",
    "large, flex,     130",
    "large, batch,    130",
  })
  void theBillFollowsTheTierOfTheReply(String model, String tier, double cost) {
    ModelResponse.Usage usage =
        new ModelResponse.Usage(3_000_000, 1_000_000, 2_000_000, false, Optional.ofNullable(tier));
    assertThat(PRICES.cost(model, usage)).isCloseTo(cost, within(1e-9));
  }
}
