package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CounterTest {

  private final Counter counter = new Counter(10);

  @Test
  void whoIsIdleIsGivenWhatFitsInOrderOfArrival() throws InterruptedException {
    counter.enter(request("", 2, "a"));
    counter.enter(request("v1", 1, "b"));
    counter.enter(request("", 2, "c"));

    assertThat(next(4)).containsExactly("a", "b");
    assertThat(next(4)).containsExactly("c");
  }

  @Test
  void whoIsIdleIsGivenOneHoweverLarge() throws InterruptedException {
    counter.enter(request("", 4, "a"));
    counter.enter(request("", 2, "b"));

    assertThat(next(3)).containsExactly("a");
  }

  @Test
  void whoIsBusyIsGivenWhatFitsAndNoneOvertakes() throws InterruptedException {
    counter.enter(request("", 4, "a"));
    counter.enter(request("", 1, "b"));

    assertThat(counter.next(3, false, Duration.ZERO)).isEmpty();
    assertThat(counter.next(5, false, Duration.ZERO)).hasSize(2);
    assertThat(counter.next(5, false, Duration.ZERO)).isEmpty();
  }

  @Test
  void sendsAwayWhoFindsNoRoomAndLetsInAgainAfterwards() throws InterruptedException {
    counter.enter(request("", 8, "a"));

    assertThatThrownBy(() -> counter.enter(request("", 3, "b")))
        .isInstanceOf(ApiError.class)
        .hasMessage("8 completions are waiting already: come back later");
    next(8);
    counter.enter(request("", 3, "b"));
    assertThat(counter.waiting()).isEqualTo(3);
  }

  @Test
  void whoLeavesIsNotServed() throws InterruptedException {
    Counter.Ticket gone = counter.enter(request("", 2, "a"));
    counter.enter(request("", 1, "b"));
    gone.leave();

    assertThat(counter.waiting()).isEqualTo(1);
    assertThat(next(8)).containsExactly("b");
  }

  @Test
  void closingSendsEveryoneAway() throws InterruptedException {
    Counter.Ticket waiting = counter.enter(request("", 1, "a"));
    counter.close();

    assertThat(waiting.answer()).isCompletedExceptionally();
    assertThat(next(8)).isEmpty();
    assertThatThrownBy(() -> counter.enter(request("", 1, "b")))
        .hasMessage("the policy server is stopping");
  }

  private List<String> next(int most) throws InterruptedException {
    return counter.next(most, true, Duration.ZERO).stream()
        .map(t -> t.request().question())
        .toList();
  }

  private static ChatRequest request(String version, int n, String question) {
    return new ChatRequest(
        Optional.of(version).filter(v -> !v.isEmpty()),
        question,
        n,
        1,
        1,
        OptionalLong.empty(),
        8,
        Stops.of(List.of()),
        OptionalInt.empty());
  }
}
