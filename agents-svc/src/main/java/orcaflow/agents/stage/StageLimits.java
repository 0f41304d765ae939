package orcaflow.agents.stage;

import static orcaflow.schemas.ConfigFile.require;

import java.time.Duration;

/**
 * Bounds of a stage's work in flight, and its times. At most {@code workers * batch} inputs are in
 * flight.
 *
 * @param workers each has a transactional producer, and a thread with a share consumer for each of
 *     its {@link #lanes}
 * @param batch maximum inputs that a worker has in flight
 * @param lock acquisition lock of an input; the worker renews it at half time
 * @param retryPause wait before the agent is asked again about an input that it postponed
 * @param patience time that a worker keeps postponed inputs before it gives them back to the group
 * @param drain time that closing waits for inputs in flight
 */
public record StageLimits(
    int workers, int batch, Duration lock, Duration retryPause, Duration patience, Duration drain) {

  private static final int MOST_LANES = 16;
  private static final int FEW_LANES = 8;
  private static final int SMALLEST_LANE = 16;
  private static final int LARGE_LANE = 64;

  public StageLimits {
    require(workers >= 1 && workers <= 64, "workers", workers, "1 to 64");
    require(batch >= 1 && batch <= 10_000, "batch", batch, "1 to 10000");
    require(lock.toMillis() >= 1000, "lock", lock, "1 second or more");
    require(retryPause.toMillis() >= 1, "retryPause", retryPause, "more than 0");
    require(!patience.isNegative(), "patience", patience, "0 or more");
    require(!drain.isNegative(), "drain", drain, "0 or more");
  }

  /**
   * Parts of a worker's batch, each with a share consumer of its own. A share consumer gives out
   * new inputs only when all that it gave before are finished; meanwhile the other lanes take new
   * ones. A lane is as slow as its slowest call, so a large batch has more of them.
   */
  public int lanes() {
    int few = Math.min(FEW_LANES, batch / SMALLEST_LANE);
    int large = Math.min(MOST_LANES, batch / LARGE_LANE);
    return Math.max(1, Math.max(few, large));
  }

  /** Maximum inputs that a lane acquires at once; all lanes together acquire a batch. */
  public int batchOf(int lane) {
    return batch / lanes() + (lane < batch % lanes() ? 1 : 0);
  }
}
