package orcaflow.agents.model;

import java.time.Duration;
import java.time.Instant;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * An endpoint that gives no answers.
 *
 * @param endpoint its name
 * @param error the last failure, in a sentence
 * @param remedy what has to happen before it answers again
 * @param since when it failed first without an answer afterwards
 * @param failures calls without an answer since then
 * @param next when it is asked again
 */
public record Waiting(
    String endpoint, String error, Remedy remedy, Instant since, long failures, Instant next) {

  private static final Duration ORDINARY = Duration.ofSeconds(5);

  /** Whether it is no ordinary wait any more. */
  public boolean worthSaying(Instant now) {
    return since.plus(ORDINARY).isBefore(now);
  }

  /** One line for a person. */
  public String sentence(Instant now) {
    long wait = Math.max(0, Duration.between(now, next).toSeconds());
    if (remedy == Remedy.BUDGET) {
      return "no call to %s for %d s: %s"
          .formatted(endpoint, Math.max(0, Duration.between(since, now).toSeconds()), error);
    }
    return "waiting for %s for %d s, %,d calls failed, next in %d s: %s%s"
        .formatted(
            endpoint,
            Math.max(0, Duration.between(since, now).toSeconds()),
            failures,
            wait,
            error,
            switch (remedy) {
              case SETTING -> " (the key, the model's name, the url or the transport is wrong)";
              case MONEY -> " (its quota is used up)";
              case WAIT, ASK_AGAIN, BUDGET, STORE -> "";
            });
  }
}
