package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class RetryingDeserializerTest {

  private final AtomicInteger tries = new AtomicInteger();

  @Test
  void readsAgainUntilTheRegistryIsBack() {
    Deserializer<String> reader = reader(2, new SerializationException(new ConnectException()));

    assertThat(new RetryingDeserializer<>(reader, 5).deserialize("t", new byte[0]))
        .isEqualTo("read");
    assertThat(tries).hasValue(3);
  }

  @Test
  void doesNotTryForEver() {
    Deserializer<String> reader = reader(9, new SerializationException(new ConnectException()));

    assertThatThrownBy(() -> new RetryingDeserializer<>(reader, 1).deserialize("t", new byte[0]))
        .hasRootCauseInstanceOf(ConnectException.class);
    assertThat(tries).hasValue(2);
  }

  @Test
  void aRecordThatIsAtFaultIsNotReadAgain() {
    Deserializer<String> reader = reader(9, new SerializationException("Unknown magic byte!"));

    assertThatThrownBy(() -> new RetryingDeserializer<>(reader, 5).deserialize("t", new byte[0]))
        .hasMessage("Unknown magic byte!");
    assertThat(tries).hasValue(1);
  }

  private Deserializer<String> reader(int failures, RuntimeException failure) {
    return (topic, data) -> {
      if (tries.incrementAndGet() <= failures) {
        throw failure;
      }
      return "read";
    };
  }
}
