package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.agents.model.ModelFailure.Malformed;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.TooLong;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailoverRuleTest {

  private static final List<String> NAMES = List.of("http://a", "http://b", "http://c");

  record Row(ModelFailure failure, boolean passesOn) {}

  static List<Row> rows() {
    return List.of(
        new Row(new RateLimited("slower", Optional.of(Duration.ofHours(1))), true),
        new Row(new RateLimited("slower", Optional.empty()), true),
        new Row(away(Remedy.WAIT), true),
        new Row(away(Remedy.ASK_AGAIN), true),
        new Row(away(Remedy.MONEY), true),
        new Row(away(Remedy.SETTING), true),
        new Row(away(Remedy.BUDGET), false),
        // The answer may have been paid for.
        new Row(away(Remedy.STORE), false),
        new Row(new Refused("not allowed"), false),
        new Row(new Malformed("given up"), false),
        new Row(new TooLong("large", ModelResponse.Usage.NONE), false));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anotherEndpointIsAskedWhereThisOneGivesNoAnswer(Row row) {
    Optional<Waiting> none = Optional.empty();
    Optional<Waiting> waiting =
        Optional.of(new Waiting("http://a", "down", Remedy.WAIT, Instant.MIN, 1, Instant.MAX));
    assertThat(FailoverRule.passesOn(row.failure())).isEqualTo(row.passesOn());
    assertThat(FailoverRule.out(row.failure(), waiting)).isEqualTo(row.passesOn());
    assertThat(FailoverRule.out(row.failure(), none)).as("it answers others").isFalse();
  }

  @Test
  void eachEndpointIsFirstForItsShareOfTheRequests() {
    int[] first = new int[3];
    int[] secondAfterC = new int[2];
    for (int n = 0; n < 20_000; n++) {
      List<Integer> order = FailoverRule.order("request-" + n, NAMES, List.of(1.0, 3.0, 4.0));
      assertThat(order).containsExactlyInAnyOrder(0, 1, 2);
      first[order.get(0)]++;
      if (order.get(0) == 2) {
        secondAfterC[order.get(1)]++;
      }
    }
    assertThat(first[0]).isBetween(2_300, 2_700);
    assertThat(first[1]).isBetween(7_200, 7_800);
    // The share of an endpoint that is out goes to the others by their weights.
    assertThat(secondAfterC[1]).isBetween(2 * secondAfterC[0], 4 * secondAfterC[0]);
  }

  @Test
  void anEndpointThatIsAddedTakesOnlyItsOwnShare() {
    long moved =
        IntStream.range(0, 10_000)
            .filter(
                n -> {
                  int two =
                      FailoverRule.order("r" + n, NAMES.subList(0, 2), List.of(1.0, 1.0)).get(0);
                  int three = FailoverRule.order("r" + n, NAMES, List.of(1.0, 1.0, 1.0)).get(0);
                  assertThat(three).isIn(two, 2);
                  return three != two;
                })
            .count();
    assertThat(moved).isBetween(3_000L, 3_700L);
  }

  private static Unavailable away(Remedy remedy) {
    return new Unavailable("down", remedy, Optional.empty(), ModelResponse.Usage.NONE);
  }
}
