package orcaflow.agents.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Whether one of several endpoints is asked. One that is out is passed by for a while; then a
 * single request tries it, and the others follow once it answers.
 */
final class EndpointStanding {

  /** What a request does at the endpoint. */
  enum Admission {
    ASK,
    /** It is the one that finds out whether the endpoint is back. */
    TRY,
    PASS_BY
  }

  private final Duration away;
  private final InstantSource clock;
  private Optional<Waiting> out = Optional.empty();
  private boolean tried;

  /**
   * @param away how long the endpoint is passed by at least
   */
  EndpointStanding(Duration away, InstantSource clock) {
    this.away = away;
    this.clock = clock;
  }

  synchronized Admission admit() {
    if (out.isEmpty()) {
      return Admission.ASK;
    }
    if (tried || clock.instant().isBefore(out.get().next())) {
      return Admission.PASS_BY;
    }
    tried = true;
    return Admission.TRY;
  }

  synchronized void answered() {
    out = Optional.empty();
    tried = false;
  }

  /** Only the request that tries may prolong the absence; the others began before it. */
  synchronized void failed(Admission admission, Waiting waiting) {
    if (admission == Admission.TRY || out.isEmpty()) {
      Instant soonest = clock.instant().plus(away);
      out =
          Optional.of(
              new Waiting(
                  waiting.endpoint(),
                  waiting.error(),
                  waiting.remedy(),
                  out.map(Waiting::since).orElse(waiting.since()),
                  waiting.failures(),
                  waiting.next().isAfter(soonest) ? waiting.next() : soonest));
    }
    ended(admission);
  }

  /** The request ended in a way that says nothing of the endpoint. */
  synchronized void ended(Admission admission) {
    if (admission == Admission.TRY) {
      tried = false;
    }
  }

  /** The wait for the endpoint while it is out. */
  synchronized Optional<Waiting> out() {
    return out;
  }
}
