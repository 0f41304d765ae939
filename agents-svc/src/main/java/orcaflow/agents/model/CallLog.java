package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.Optional;
import orcaflow.events.ModelCall;

/** Where calls are kept for good. */
public interface CallLog {

  /** The stored call of that id, if there is one. */
  Future<Optional<ModelCall>> find(String id);

  /** Completes when the call is stored safely. */
  Future<Void> store(ModelCall call);
}
