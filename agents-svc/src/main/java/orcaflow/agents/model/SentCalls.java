package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP calls to one endpoint that may be billed, each written down before it is sent. A call
 * that a process left in flight when it died is thus known to the process after it, and is booked
 * when the same request brings a reply.
 */
public interface SentCalls {

  /**
   * A call that may be sent now.
   *
   * @param id of the call, which is the request's Idempotency-Key; empty where none is written
   * @param lost calls for the same request that died with their process and may be billed, too
   * @param repeated whether the same request was sent by a process that died
   */
  record Sent(Optional<String> id, List<String> lost, boolean repeated) {

    public static final Sent UNWRITTEN = new Sent(Optional.empty(), List.of(), false);

    public Sent {
      lost = List.copyOf(lost);
    }
  }

  /** Completes when the call is stored durably. */
  Future<Sent> open(ModelRequest request);

  /** The call ended without a charge. An event settles every other call, and the lost ones. */
  void endedFree(ModelRequest request, Sent call);

  /** For endpoints that cost nothing. */
  SentCalls UNWRITTEN =
      new SentCalls() {
        @Override
        public Future<Sent> open(ModelRequest request) {
          return Future.succeededFuture(Sent.UNWRITTEN);
        }

        @Override
        public void endedFree(ModelRequest request, Sent call) {}
      };
}
