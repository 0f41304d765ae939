package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinuteLimitTest {

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    clock.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    // configured, named, left, limit, available
    " ,    ,   ,   ,   ",
    " ,  60,   , 60, 60",
    "30, 60,   , 30, 30",
    "60, 30,   , 30, 30",
    "60,   , 10, 60, 10",
    " ,  60,  0, 60,  0",
    "10, 60, 20, 10, 10",
    " ,    ,  5,   ,   ",
  })
  void theStricterOfConfigurationAndHeadersHolds(
      Long configured, Long named, Long left, Long limit, Long available) {
    MinuteLimit minute = new MinuteLimit(optional(configured), clock);
    minute.follow(optional(named), optional(left));
    assertThat(minute.amount()).isEqualTo(optional(limit));
    if (limit == null) {
      assertThat(minute.take(1_000_000).isComplete()).isTrue();
    } else {
      if (available > 0) {
        assertThat(minute.take(available).isComplete()).isTrue();
      }
      assertThat(minute.take(1).isComplete()).isFalse();
    }
  }

  @Test
  void aLimitThatRisesAgainGivesNothingAway() {
    MinuteLimit minute = new MinuteLimit(OptionalLong.empty(), clock);
    minute.follow(OptionalLong.of(10), OptionalLong.of(0));
    minute.follow(OptionalLong.of(20), OptionalLong.empty());
    assertThat(minute.take(1).isComplete()).isFalse();
  }

  private static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
