package orcaflow.cli.terminal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Optional;

/**
 * Keeps lines out of the log that libraries write as warnings or errors where nothing is wrong. A
 * line is known by its logger, words of its message, and, where it has one, the cause of its
 * exception: the same logger's other warnings stay.
 */
public final class FalseAlarms extends Filter<ILoggingEvent> {

  private record Known(String logger, String words, Optional<String> cause) {
    boolean is(ILoggingEvent event) {
      return event.getLoggerName().equals(logger)
          && event.getFormattedMessage().contains(words)
          && (cause.isEmpty() || cause.equals(innermost(event.getThrowableProxy())));
    }
  }

  private static final List<Known> KNOWN =
      List.of(
          // Two threads close one channel at a stop.
          new Known(
              "org.apache.kafka.clients.NetworkClient",
              "Attempting to close NetworkClient that has already been closed",
              Optional.empty()),
          // A broker registers itself, and does it again, while its controller becomes active.
          new Known(
              "kafka.server.ControllerApis",
              "CONTROLLER_REGISTRATION",
              Optional.of("org.apache.kafka.common.errors.NotControllerException")),
          // A transactional producer sends before the broker has ended its last transaction
          // (KIP-890),
          // and the batches behind the one that is put off are sent again with it.
          new Known(
              "org.apache.kafka.clients.producer.internals.Sender",
              "Error: CONCURRENT_TRANSACTIONS",
              Optional.empty()),
          new Known(
              "org.apache.kafka.clients.producer.internals.Sender",
              "Error: OUT_OF_ORDER_SEQUENCE_NUMBER",
              Optional.empty()),
          new Known(
              "kafka.server.ReplicaManager",
              "Error processing append operation",
              Optional.of("org.apache.kafka.common.errors.OutOfOrderSequenceException")),
          // Two producers of one stream thread show one metric.
          new Known(
              "io.micrometer.core.instrument.MeterRegistry",
              "has been already registered",
              Optional.empty()));

  @Override
  public FilterReply decide(ILoggingEvent event) {
    return KNOWN.stream().anyMatch(known -> known.is(event))
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }

  private static Optional<String> innermost(IThrowableProxy thrown) {
    IThrowableProxy cause = thrown;
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Optional.ofNullable(cause).map(IThrowableProxy::getClassName);
  }
}
