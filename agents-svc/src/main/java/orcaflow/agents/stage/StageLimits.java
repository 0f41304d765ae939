package orcaflow.agents.stage;

import static orcaflow.schemas.ConfigFile.require;

import java.time.Duration;

/**
 * Bounds of a stage's work in flight, and its times. At most {@code workers * batch} inputs are in
 * flight.
 *
 * @param workers threads, each with a share consumer and a transactional producer
 * @param batch maximum inputs that a worker acquires at once
 * @param lock acquisition lock of an input; the worker renews it at half time
 * @param retryPause wait before the agent is asked again about an input that it postponed
 * @param patience time that a worker keeps postponed inputs before it gives them back to the group
 * @param drain time that closing waits for inputs in flight
 */
public record StageLimits(
    int workers, int batch, Duration lock, Duration retryPause, Duration patience, Duration drain) {

  public StageLimits {
    require(workers >= 1 && workers <= 64, "workers", workers, "1 to 64");
    require(batch >= 1 && batch <= 2000, "batch", batch, "1 to 2000");
    require(lock.toMillis() >= 1000, "lock", lock, "1 second or more");
    require(retryPause.toMillis() >= 1, "retryPause", retryPause, "more than 0");
    require(!patience.isNegative(), "patience", patience, "0 or more");
    require(!drain.isNegative(), "drain", drain, "0 or more");
  }
}
