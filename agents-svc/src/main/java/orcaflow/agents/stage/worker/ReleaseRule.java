package orcaflow.agents.stage.worker;

import java.time.Duration;

/**
 * Decides when a lane gives postponed inputs back to the share group. An input on its last delivery
 * is never given back, because the broker would drop it: its batch is kept through an outage of any
 * length. If the process ends meanwhile, the next start brings the input back ({@link
 * ShareGroup#bringBack}).
 *
 * @param patience time that a lane keeps a batch of which an input is postponed
 * @param deliveryLimit deliveries of a record after which the broker drops it
 */
record ReleaseRule(Duration patience, int deliveryLimit) {

  /**
   * @param held time since the batch was acquired
   * @param postponed whether the agent postponed an input that is still in flight
   * @param highestDelivery highest delivery count among the inputs still held
   */
  boolean givesBack(Duration held, boolean postponed, int highestDelivery) {
    return postponed && held.compareTo(patience) > 0 && !isLast(highestDelivery);
  }

  /** Whether the broker delivers the record no further time. */
  boolean isLast(int delivery) {
    return delivery >= deliveryLimit;
  }
}
