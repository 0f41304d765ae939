package orcaflow.trainer.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import orcaflow.service.Metric;
import orcaflow.trainer.serve.PolicyCache.Newest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how long new policies take until requests get them. The first policy is no switch:
 * nothing asks before it is there. Used by one thread.
 */
final class PolicySwitches {

  private static final Logger LOG = LoggerFactory.getLogger(PolicySwitches.class);

  private final Timer switches;
  private final Timer firstRequests;
  private final Instant start = Instant.now();
  private Optional<Newest> newestBegun = Optional.empty();

  PolicySwitches(MeterRegistry metrics) {
    switches = Metric.POLICY_SWITCH.timer(metrics);
    firstRequests = Metric.POLICY_FIRST_REQUEST.timer(metrics);
  }

  /**
   * A request began with the newest policy.
   *
   * @param asked when the request came
   */
  void begun(Newest newest, Instant asked) {
    if (newestBegun.filter(newest::equals).isPresent()) {
      return;
    }
    boolean first = newestBegun.isEmpty();
    newestBegun = Optional.of(newest);
    Instant published = newest.policy().getTime();
    if (first || published.isBefore(start)) {
      return;
    }
    Instant now = Instant.now();
    Duration took = duration(published, newest.since(), asked, now);
    switches.record(took);
    firstRequests.record(Duration.between(published, now));
    LOG.info(
        "{} begins to answer {} ms after it was published, {} ms of them the switch",
        newest.policy().getVersion(),
        Duration.between(published, now).toMillis(),
        took.toMillis());
  }

  /**
   * What a switch took. Where nobody asked until the policy was served, it ends there: the wait for
   * a request is none of its time.
   *
   * @param published when the policy was published
   * @param served when it became the newest here
   * @param asked when the first request came that it answers
   * @param begun when that request began
   * @return not less than 0, as the publisher's clock may be another one
   */
  static Duration duration(Instant published, Instant served, Instant asked, Instant begun) {
    Duration took = Duration.between(published, asked.isAfter(served) ? served : begun);
    return took.isNegative() ? Duration.ZERO : took;
  }
}
