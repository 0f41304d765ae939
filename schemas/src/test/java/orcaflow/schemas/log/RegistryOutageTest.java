package orcaflow.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.AvroTypeException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RegistryOutageTest {

  /** Error code of the client where the answer is no JSON, such as the page of a proxy. */
  private static final int NOT_JSON = 50005;

  static Stream<Exception> outages() {
    return Stream.of(
        new ConnectException("refused"),
        new SocketTimeoutException("read timed out"),
        new UnknownHostException("registry"),
        new SSLHandshakeException("unknown certificate"),
        new IOException("a page where JSON belongs"),
        new RestClientException("unauthorized", 401, 401),
        new RestClientException("unauthorized", 401, 40101),
        new RestClientException("forbidden", 403, 40301),
        new RestClientException("Error", 404, NOT_JSON),
        new RestClientException("<html>Not Found</html>", 404, NOT_JSON),
        new RestClientException("no such route", 404, 404),
        new RestClientException("too many requests", 429, 429),
        new RestClientException("moved", 302, NOT_JSON),
        new RestClientException("no leader", 500, 50003),
        new RestClientException("<html>Bad Gateway</html>", 502, NOT_JSON),
        new RestClientException("starting", 503, 50301),
        new AuthenticationException("unauthorized"),
        new AuthorizationException("forbidden"),
        new TimeoutException("no answer"),
        new DisconnectException("again"));
  }

  static Stream<Exception> badRecords() {
    return Stream.of(
        new SerializationException("Unknown magic byte!"),
        new EOFException(),
        new InvalidNumberEncodingException("Invalid int encoding"),
        new AvroRuntimeException("Malformed data. Length is negative: -1"),
        new AvroTypeException("Found string, expecting int"),
        new IndexOutOfBoundsException("no such branch"),
        new RestClientException("Schema 7 not found", 404, 40403));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void theRegistryIsAway(Exception failure) {
    assertThat(RegistryOutage.isReasonOf(failure)).isTrue();
    assertThat(RegistryOutage.isReasonOf(new SerializationException("schema 7", failure))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("badRecords")
  void theRecordIsBad(Exception failure) {
    assertThat(RegistryOutage.isReasonOf(failure)).isFalse();
    assertThat(RegistryOutage.isReasonOf(new SerializationException("Avro", failure))).isFalse();
  }
}
