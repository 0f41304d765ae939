package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdaptiveConcurrencyLimitTest {

  private static final PacingRule PACING =
      new PacingRule(
          new EndpointLimits(
              1,
              1,
              Duration.ofMillis(200),
              Duration.ofMillis(200),
              Duration.ofMinutes(10),
              OptionalLong.empty(),
              OptionalLong.empty(),
              PriceList.FREE));

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final List<Promise<String>> started = new ArrayList<>();

  @AfterEach
  void stop() {
    clock.shutdownNow();
  }

  private Future<String> call(AdaptiveConcurrencyLimit limit) {
    return limit.run(
        () -> {
          Promise<String> response = Promise.promise();
          started.add(response);
          return response.future();
        });
  }

  private AdaptiveConcurrencyLimit withInside(int calls, int most) {
    AdaptiveConcurrencyLimit limit = new AdaptiveConcurrencyLimit(most, PACING, clock);
    for (int i = 0; i < calls; i++) {
      call(limit);
    }
    return limit;
  }

  @Test
  void letsTheNextInWhenOneLeaves() {
    withInside(3, 2);
    assertThat(started).hasSize(2);
    started.get(1).complete("done");
    assertThat(started).hasSize(3);
  }

  @Test
  void anOverloadHalvesTheLimitOnceARound() {
    AdaptiveConcurrencyLimit limit = withInside(8, 8);
    started.get(0).fail(new Unavailable("down"));
    assertThat(limit.limit()).isEqualTo(8);
    started.get(1).fail(new Unavailable("down"));
    assertThat(limit.limit()).isEqualTo(4);
    for (Promise<String> call : List.copyOf(started).subList(2, 8)) {
      call.fail(new Unavailable("down"));
    }
    assertThat(limit.limit()).isEqualTo(4);
    call(limit);
    started.get(8).fail(new Unavailable("still down"));
    assertThat(limit.limit()).isEqualTo(2);
  }

  @Test
  void aFifthOfFailuresIsBorne() {
    AdaptiveConcurrencyLimit limit = new AdaptiveConcurrencyLimit(10, PACING, clock);
    for (int i = 0; i < 200; i++) {
      call(limit);
      if (i % 5 == 0) {
        started.get(i).fail(new RateLimited("now and then", Optional.empty()));
      } else {
        started.get(i).complete("done");
      }
    }
    assertThat(limit.limit()).isEqualTo(10);
  }

  @Test
  void aRateLimitPausesAllCallersAlsoWhereItNamesNoWait() throws Exception {
    AdaptiveConcurrencyLimit limit = withInside(2, 2);
    started.get(0).fail(new RateLimited("slower", Optional.empty()));
    assertThat(limit.paused()).isPositive();
    call(limit);
    started.get(1).fail(new RateLimited("slower", Optional.of(Duration.ofMillis(150))));
    long told = System.nanoTime();
    assertThat(started).hasSize(2);
    while (started.size() < 3) {
      Thread.sleep(1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - told)).isGreaterThan(Duration.ofMillis(140));
  }

  @Test
  void neverShutsAltogether() {
    AdaptiveConcurrencyLimit limit = new AdaptiveConcurrencyLimit(4, PACING, clock);
    for (int i = 0; i < 10; i++) {
      call(limit);
      started.get(i).fail(new Unavailable("down"));
    }
    assertThat(limit.limit()).isEqualTo(1);
  }

  @Test
  void aFullRoundOfSuccessesAddsOneUpToTheMost() {
    AdaptiveConcurrencyLimit limit = withInside(1, 4);
    started.get(0).fail(new Unavailable("down"));
    assertThat(limit.limit()).isEqualTo(2);
    List<Integer> limits = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      call(limit);
      started.get(i).complete("done");
      limits.add(limit.limit());
    }
    assertThat(limits).containsExactly(2, 3, 3, 3, 4, 4, 4, 4, 4, 4);
  }

  @Test
  void aCallThatIsNotServedSaysNothingAboutTheLoad() {
    AdaptiveConcurrencyLimit limit = withInside(1, 4);
    started.get(0).fail(new Refused("too long"));
    assertThat(limit.limit()).isEqualTo(4);
  }

  @Test
  void anEndpointThatAsksForTimeGetsItFromEverybody() throws Exception {
    Duration wait = Duration.ofMillis(200);
    AdaptiveConcurrencyLimit limit = withInside(1, 4);
    long asked = System.nanoTime();
    started.get(0).fail(new RateLimited("slower", Optional.of(wait)));
    Future<Long> next = limit.run(() -> Future.succeededFuture(System.nanoTime()));
    long entered = next.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(entered - asked).isGreaterThanOrEqualTo(wait.toNanos());
  }
}
