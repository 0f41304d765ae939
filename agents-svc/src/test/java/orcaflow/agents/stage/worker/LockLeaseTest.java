package orcaflow.agents.stage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockLeaseTest {

  /** Also where the clock passes from the largest to the smallest number. */
  @ParameterizedTest
  @CsvSource({
    "0, 29999, true",
    "0, 30000, false",
    "1000, 30999, true",
    "1000, 31000, false",
    "9223372036854, 29999, true",
  })
  void isCertainUntilTheLockEnds(long sinceMillis, long afterMillis, boolean certain) {
    long since = sinceMillis * 1_000_000;
    long at = sinceMillis > 1_000_000 ? since + afterMillis * 1_000_000 : afterMillis * 1_000_000;
    assertThat(new LockLease(since, Duration.ofSeconds(30)).certainAt(at)).isEqualTo(certain);
  }

  @ParameterizedTest
  @CsvSource({"30, 15", "1, 0.5"})
  void isRenewedAtHalf(long lockSeconds, double renewSeconds) {
    assertThat(new LockLease(7, Duration.ofSeconds(lockSeconds)).renewAt())
        .isEqualTo(7 + (long) (renewSeconds * 1e9));
  }

  @ParameterizedTest
  @CsvSource({"0, 30, 1, 30, true", "5, 30, 1, 30, false", "0, 30, 20, 5, false"})
  void ofTwoTheOneThatEndsFirstCounts(
      long since, long lock, long otherSince, long otherLock, boolean first) {
    LockLease one = new LockLease(since * 1_000_000_000, Duration.ofSeconds(lock));
    LockLease other = new LockLease(otherSince * 1_000_000_000, Duration.ofSeconds(otherLock));
    assertThat(one.orEarlier(other)).isSameAs(first ? one : other);
  }
}
