package orcaflow.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FencingTest {

  static Stream<KafkaException> takeovers() {
    return Stream.of(
        new ProducerFencedException("old"),
        new InvalidProducerEpochException("old"),
        new InvalidTxnStateException("ended by another"));
  }

  @ParameterizedTest
  @MethodSource("takeovers")
  void aTakeoverIsKnownByItselfAndAsACause(KafkaException takeover) {
    assertThat(Fencing.isReasonOf(takeover)).isTrue();
    assertThat(Fencing.isReasonOf(new KafkaException("commit", takeover))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("takeovers")
  void aTransactionThatOutlivedItsTimeoutIsNoTakeover(KafkaException words) {
    Duration timeout = Duration.ofSeconds(30);
    assertThat(Fencing.isReasonOf(words, Duration.ofMillis(29_999), timeout)).isTrue();
    assertThat(Fencing.isReasonOf(words, Duration.ofSeconds(30), timeout)).isFalse();
    assertThat(Fencing.isReasonOf(words, Duration.ofHours(8), timeout)).isFalse();
  }

  static Stream<KafkaException> others() {
    return Stream.of(
        new TimeoutException("broker away"),
        new KafkaException("send", new IllegalStateException("closed")));
  }

  @ParameterizedTest
  @MethodSource("others")
  void otherFailuresAreNone(KafkaException failure) {
    assertThat(Fencing.isReasonOf(failure)).isFalse();
  }
}
