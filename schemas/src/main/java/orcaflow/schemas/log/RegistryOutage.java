package orcaflow.schemas.log;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Why a record could not be read: the schema registry did not answer as a registry does, or the
 * record itself is bad. In doubt it is the registry: a record that is read again later costs a
 * wait, a good record among the dead letters is lost to the run.
 */
public final class RegistryOutage {

  private static final int NOT_FOUND = 404;
  private static final int SCHEMA_NOT_FOUND = 40403;

  private RegistryOutage() {}

  /**
   * Whether a failure to read a record, or one of its causes, is an outage of the way to the
   * registry: no connection, a refused login, a status of an error, a page where JSON belongs. An
   * answer of the registry itself that it has no such schema speaks of the record, and so do bytes
   * that are no Avro.
   */
  public static boolean isReasonOf(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(RegistryOutage::isOutage);
  }

  private static boolean isOutage(Throwable cause) {
    if (cause instanceof RestClientException answer) {
      return answer.getStatus() != NOT_FOUND || answer.getErrorCode() != SCHEMA_NOT_FOUND;
    }
    // What Avro throws at bad bytes is an IOException, too.
    boolean badBytes =
        cause instanceof EOFException || cause instanceof InvalidNumberEncodingException;
    return cause instanceof IOException && !badBytes
        || cause instanceof RetriableException
        || cause instanceof AuthenticationException
        || cause instanceof AuthorizationException;
  }
}
