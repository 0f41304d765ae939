package orcaflow.agents.stage;

import java.time.Duration;

/**
 * How much a stage does at a time and how long it holds on. At most {@code workers * batch} inputs
 * are in flight.
 *
 * @param workers threads, each with a share consumer and a transactional producer
 * @param batch most inputs a worker takes at once; they are settled in one transaction
 * @param lock how long the group leaves an input to a worker before it must renew
 * @param retryPause wait before an agent that postponed is asked again
 * @param patience how long a worker keeps postponed inputs before it gives them back to the group
 * @param drain how long closing waits for work in flight
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

  private static void require(boolean holds, String key, Object value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s: use %s".formatted(key, value, wanted));
    }
  }
}
