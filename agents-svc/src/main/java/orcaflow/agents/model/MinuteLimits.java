package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.concurrent.ScheduledExecutorService;

/** Requests and tokens a minute. */
final class MinuteLimits {

  private final MinuteLimit requests;
  private final MinuteLimit tokens;

  MinuteLimits(EndpointLimits limits, ScheduledExecutorService clock) {
    this.requests = new MinuteLimit(limits.requestsPerMinute(), clock);
    this.tokens = new MinuteLimit(limits.tokensPerMinute(), clock);
  }

  /** Completes when a request of this many tokens may start. */
  Future<Void> take(long estimate) {
    return requests.take(1).compose(taken -> tokens.take(estimate));
  }

  /** Returns tokens that were taken and not used. */
  void giveBack(long unused) {
    tokens.giveBack(unused);
  }

  /** At most as many tokens as a minute has. */
  long fitting(long estimate) {
    return Math.max(1, Math.min(estimate, tokens.amount().orElse(Long.MAX_VALUE)));
  }

  /** Follows what the endpoint says of its limits. */
  void follow(RateHeaders headers) {
    requests.follow(headers.requests(), headers.requestsLeft());
    tokens.follow(headers.tokens(), headers.tokensLeft());
  }
}
