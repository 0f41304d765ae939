package orcaflow.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.NotControllerException;
import org.junit.jupiter.api.Test;

class FalseAlarmsTest {

  private final LoggerContext context = new LoggerContext();

  @Test
  void aLineThatMeansNothingIsLeftOut() {
    assertThat(
            reply(
                "org.apache.kafka.clients.NetworkClient",
                "[id=1] Attempting to close NetworkClient that has already been closed.",
                null))
        .isEqualTo(FilterReply.DENY);
    assertThat(
            reply(
                "kafka.server.ControllerApis",
                "Unexpected error handling request (apiKey=CONTROLLER_REGISTRATION)",
                new CompletionException(new NotControllerException("no active controller"))))
        .isEqualTo(FilterReply.DENY);
  }

  @Test
  void otherLinesOfTheSameLoggersStay() {
    assertThat(
            reply(
                "org.apache.kafka.clients.NetworkClient",
                "Connection to node 1 could not be established.",
                null))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(
            reply(
                "kafka.server.ControllerApis",
                "Unexpected error handling request (apiKey=CONTROLLER_REGISTRATION)",
                new IllegalStateException("the disk is full")))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  private FilterReply reply(String name, String message, Throwable thrown) {
    Logger logger = context.getLogger(name);
    return new FalseAlarms()
        .decide(new LoggingEvent("", logger, Level.ERROR, message, thrown, new Object[0]));
  }
}
