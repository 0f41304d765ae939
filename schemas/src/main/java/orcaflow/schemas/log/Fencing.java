package orcaflow.schemas.log;

import java.time.Duration;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** How a transactional producer learns that a newer one of its name has taken over. */
public final class Fencing {

  private Fencing() {}

  /**
   * Whether a failure, or what caused it, means that. Usually the broker says that the epoch is an
   * old one; in the moment in which it ends the older one's transaction for the newer it says that
   * the transaction is in no state to go on (KIP-890).
   */
  public static boolean isReasonOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof InvalidTxnStateException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it means that although the broker ends a transaction that outlives its timeout with the
   * same words: a transaction as old as that was more likely ended for its age, as after an outage
   * or a machine's sleep.
   *
   * @param age of the transaction by the clock on the wall, which the broker counts by
   * @param timeout {@code transaction.timeout.ms} of the producer
   */
  public static boolean isReasonOf(Throwable failure, Duration age, Duration timeout) {
    return age.compareTo(timeout) < 0 && isReasonOf(failure);
  }
}
