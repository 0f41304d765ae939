package orcaflow.agents.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/** Whether an endpoint answers, as its calls show. */
final class EndpointHealth {

  /** A stage asks again about an input that it postponed within this time. */
  private static final Duration POSTPONED = Duration.ofSeconds(10);

  private final String name;
  private final InstantSource clock;
  private Instant failingSince;
  private Instant lastFailure = Instant.MIN;
  private long failures;
  private String error = "";
  private Remedy remedy = Remedy.WAIT;

  EndpointHealth(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
  }

  /** Also a refusal is an answer: the endpoint is there. */
  synchronized void answered() {
    failingSince = null;
    failures = 0;
  }

  synchronized void failed(ModelFailure failure) {
    if (failingSince == null) {
      failingSince = clock.instant();
    }
    failures++;
    lastFailure = clock.instant();
    error = failure.getMessage();
    remedy = failure instanceof Unavailable unavailable ? unavailable.remedy() : Remedy.WAIT;
  }

  /**
   * The wait for the endpoint, if it has given no answer since its last failure and somebody still
   * wants one.
   *
   * @param paused how long no call starts
   * @param wanted whether a call is under way or waits
   */
  synchronized Optional<Waiting> waiting(Duration paused, boolean wanted) {
    boolean idle = !wanted && lastFailure.plus(POSTPONED).isBefore(clock.instant());
    return Optional.ofNullable(failingSince)
        .filter(since -> !idle)
        .map(
            since ->
                new Waiting(name, error, remedy, since, failures, clock.instant().plus(paused)));
  }
}
