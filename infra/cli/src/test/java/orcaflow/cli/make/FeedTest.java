package orcaflow.cli.make;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedTest {

  @ParameterizedTest
  @CsvSource({
    // wanted, decided, accepted, undecided
    "10, 0, 0, 0, true",
    "10, 0, 0, 9, true",
    "10, 0, 0, 10, false",
    "10, 99, 19, 49, true",
    "10, 99, 19, 50, false",
    "5000, 999, 0, 511, true",
    "5000, 999, 0, 512, false",
    "0, 10, 10, 0, false",
  })
  void letsInWhereWhatIsInHandIsNotExpectedToBeEnough(
      long wanted, long decided, long accepted, long undecided, boolean feeds) {
    assertThat(FeedRule.feeds(wanted, decided, accepted, undecided)).isEqualTo(feeds);
  }

  @Test
  void portionsGrowWithWhatIsInAndEndWithTheFile() {
    List<Integer> sizes = new ArrayList<>();
    for (long before = 0; before < 3000; before += sizes.get(sizes.size() - 1)) {
      sizes.add(SeedBlocks.STANDARD.next(before, 3000));
    }
    assertThat(sizes.subList(0, 8)).containsExactly(16, 16, 16, 16, 16, 20, 25, 31);
    assertThat(sizes.stream().mapToInt(size -> size).max()).hasValue(256);
    assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(3000);
    assertThat(SeedBlocks.STANDARD.of(15, 3000)).isZero();
    assertThat(SeedBlocks.STANDARD.of(16, 3000)).isEqualTo(1);
    assertThat(new SeedBlocks(256).next(0, 3000)).isEqualTo(256);
  }

  @Test
  void theMoneyEndsAfterTheLastCallAndWhatCameOfIt() {
    AtomicInteger calls = new AtomicInteger(1);
    AtomicLong events = new AtomicLong(7);
    AtomicLong seconds = new AtomicLong();
    MoneyEnd end =
        new MoneyEnd(calls::get, events::get, () -> seconds.addAndGet(3) * 1_000_000_000L);
    assertThat(end.isOver(true)).isFalse();
    calls.set(0);
    assertThat(end.isOver(true)).isFalse();
    events.set(8);
    assertThat(end.isOver(true)).isFalse();
    assertThat(end.isOver(true)).isFalse();
    assertThat(end.isOver(true)).isTrue();
    assertThat(end.isOver(false)).isFalse();
  }
}
