package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdaptiveConcurrencyLimitTest {

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final List<Promise<String>> inside = new ArrayList<>();

  @AfterEach
  void stop() {
    clock.shutdownNow();
  }

  private Future<String> call(AdaptiveConcurrencyLimit gate) {
    return gate.through(
        () -> {
          Promise<String> answer = Promise.promise();
          inside.add(answer);
          return answer.future();
        });
  }

  private AdaptiveConcurrencyLimit withInside(int calls, int most) {
    AdaptiveConcurrencyLimit gate = new AdaptiveConcurrencyLimit(most, clock);
    for (int i = 0; i < calls; i++) {
      call(gate);
    }
    return gate;
  }

  @Test
  void letsTheNextInWhenOneLeaves() {
    withInside(3, 2);
    assertThat(inside).hasSize(2);
    inside.get(1).complete("done");
    assertThat(inside).hasSize(3);
  }

  @Test
  void anOverloadHalvesTheLimitOnceARound() {
    AdaptiveConcurrencyLimit gate = withInside(8, 8);
    inside.get(0).fail(new Unavailable("down"));
    assertThat(gate.limit()).isEqualTo(4);
    for (Promise<String> call : List.copyOf(inside).subList(1, 8)) {
      call.fail(new RateLimited("slower", Optional.empty()));
    }
    assertThat(gate.limit()).isEqualTo(4);
    call(gate);
    inside.get(8).fail(new Unavailable("still down"));
    assertThat(gate.limit()).isEqualTo(2);
  }

  @Test
  void neverShutsAltogether() {
    AdaptiveConcurrencyLimit gate = new AdaptiveConcurrencyLimit(4, clock);
    for (int i = 0; i < 10; i++) {
      call(gate);
      inside.get(i).fail(new Unavailable("down"));
    }
    assertThat(gate.limit()).isEqualTo(1);
  }

  @Test
  void aFullRoundOfSuccessesAddsOneUpToTheMost() {
    AdaptiveConcurrencyLimit gate = withInside(1, 4);
    inside.get(0).fail(new Unavailable("down"));
    assertThat(gate.limit()).isEqualTo(2);
    List<Integer> limits = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      call(gate);
      inside.get(i).complete("done");
      limits.add(gate.limit());
    }
    assertThat(limits).containsExactly(2, 3, 3, 3, 4, 4, 4, 4, 4, 4);
  }

  @Test
  void aCallThatIsNotServedSaysNothingAboutTheLoad() {
    AdaptiveConcurrencyLimit gate = withInside(1, 4);
    inside.get(0).fail(new Refused("too long"));
    assertThat(gate.limit()).isEqualTo(4);
  }

  @Test
  void anEndpointThatAsksForTimeGetsItFromEverybody() throws Exception {
    Duration wait = Duration.ofMillis(200);
    AdaptiveConcurrencyLimit gate = withInside(1, 4);
    long asked = System.nanoTime();
    inside.get(0).fail(new RateLimited("slower", Optional.of(wait)));
    Future<Long> next = gate.through(() -> Future.succeededFuture(System.nanoTime()));
    long entered = next.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(entered - asked).isGreaterThanOrEqualTo(wait.toNanos());
  }
}
