package orcaflow.streams.close;

import java.time.Duration;
import java.util.Optional;

/**
 * When and how fast the groups that wait for the rest of their iteration are labelled.
 *
 * @param closeAfterSeconds seconds without a new group after which a set is closed; 0: a set is
 *     closed by a closing only
 * @param intervalMillis milliseconds between batches
 * @param batch most groups labelled at once, so that a large set is not one transaction
 */
public record CloseSettings(int closeAfterSeconds, int intervalMillis, int batch) {

  public CloseSettings {
    if (closeAfterSeconds < 0) {
      throw new IllegalArgumentException(
          "pair.closeAfterSeconds is %d: use 0 or more".formatted(closeAfterSeconds));
    }
    if (intervalMillis < 10 || intervalMillis > 60_000) {
      throw new IllegalArgumentException(
          "pair.intervalMillis is %d: use 10 to 60000".formatted(intervalMillis));
    }
    if (batch < 1) {
      throw new IllegalArgumentException("pair.batch is %d: use 1 or more".formatted(batch));
    }
  }

  Duration interval() {
    return Duration.ofMillis(intervalMillis);
  }

  Optional<Duration> closeAfter() {
    return closeAfterSeconds == 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(closeAfterSeconds));
  }
}
