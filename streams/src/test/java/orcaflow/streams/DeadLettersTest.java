package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import orcaflow.schemas.log.RegistryOutage;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLettersTest {

  static Stream<Exception> atFault() {
    return Stream.of(
        new SerializationException("Unknown magic byte!"),
        new SerializationException("Avro", new EOFException()),
        new SerializationException("Avro", new AvroRuntimeException("bad length")),
        new SerializationException("id", new RestClientException("not found", 404, 40403)));
  }

  static Stream<Exception> notAtFault() {
    return Stream.of(
        new SerializationException("id", new ConnectException("refused")),
        new SerializationException("id", new SocketTimeoutException()),
        new SerializationException("id", new UnknownHostException("registry")),
        new SerializationException("id", new RestClientException("starting", 503, 50003)),
        new DisconnectException("again"));
  }

  @ParameterizedTest
  @MethodSource("atFault")
  void aRecordThatCannotBeReadIsPoison(Exception exception) {
    assertThat(RegistryOutage.isReasonOf(exception)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("notAtFault")
  void aRegistryThatIsAwayPoisonsNothing(Exception exception) {
    assertThat(RegistryOutage.isReasonOf(exception)).isTrue();
  }
}
