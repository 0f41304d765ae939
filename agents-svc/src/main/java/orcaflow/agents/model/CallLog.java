package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.Optional;
import orcaflow.events.ModelCall;

/** Durable storage of model calls. */
public interface CallLog {

  /** The call does not fit a record. */
  final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TooLarge(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The stored call with this id, or nothing. */
  Future<Optional<ModelCall>> find(String id);

  /** Completes when the call is stored durably; fails with {@link TooLarge} if it never can be. */
  Future<Void> store(ModelCall call);
}
