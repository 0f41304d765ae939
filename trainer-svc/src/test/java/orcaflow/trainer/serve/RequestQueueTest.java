package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RequestQueueTest {

  private final RequestQueue queue = new RequestQueue(10);

  @Test
  void whoIsIdleIsGivenWhatFitsInOrderOfArrival() throws InterruptedException {
    queue.enter(request("", 2, "a"));
    queue.enter(request("v1", 1, "b"));
    queue.enter(request("", 2, "c"));

    assertThat(next(4)).containsExactly("a", "b");
    assertThat(next(4)).containsExactly("c");
  }

  @Test
  void whoIsIdleIsGivenOneHoweverLarge() throws InterruptedException {
    queue.enter(request("", 4, "a"));
    queue.enter(request("", 2, "b"));

    assertThat(next(3)).containsExactly("a");
  }

  @Test
  void whoIsBusyIsGivenWhatFitsAndNoneOvertakes() throws InterruptedException {
    queue.enter(request("", 4, "a"));
    queue.enter(request("", 1, "b"));

    assertThat(queue.next(3, false, Duration.ZERO)).isEmpty();
    assertThat(queue.next(5, false, Duration.ZERO)).hasSize(2);
    assertThat(queue.next(5, false, Duration.ZERO)).isEmpty();
  }

  @Test
  void sendsAwayWhoFindsNoRoomAndLetsInAgainAfterwards() throws InterruptedException {
    queue.enter(request("", 8, "a"));

    assertThatThrownBy(() -> queue.enter(request("", 3, "b")))
        .isInstanceOf(ApiError.class)
        .hasMessage("8 completions are waiting already: come back later");
    next(8);
    queue.enter(request("", 3, "b"));
    assertThat(queue.waiting()).isEqualTo(3);
  }

  @Test
  void whoLeavesIsNotServed() throws InterruptedException {
    RequestQueue.PendingRequest gone = queue.enter(request("", 2, "a"));
    queue.enter(request("", 1, "b"));
    gone.cancel();

    assertThat(queue.waiting()).isEqualTo(1);
    assertThat(next(8)).containsExactly("b");
  }

  @Test
  void closingSendsEveryoneAway() throws InterruptedException {
    RequestQueue.PendingRequest waiting = queue.enter(request("", 1, "a"));
    queue.close();

    assertThat(waiting.result()).isCompletedExceptionally();
    assertThat(next(8)).isEmpty();
    assertThatThrownBy(() -> queue.enter(request("", 1, "b")))
        .hasMessage("the policy server is stopping");
  }

  private List<String> next(int most) throws InterruptedException {
    return queue.next(most, true, Duration.ZERO).stream().map(t -> t.request().question()).toList();
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
        StopStrings.of(List.of()),
        OptionalInt.empty(),
        false,
        false);
  }
}
