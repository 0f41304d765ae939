package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.Optional;
import orcaflow.events.ModelCall;

/** Durable storage of model calls. */
public interface CallLog {

  /** The stored call with this id, or nothing. */
  Future<Optional<ModelCall>> find(String id);

  /** Completes when the call is stored durably. */
  Future<Void> store(ModelCall call);
}
