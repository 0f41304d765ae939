package orcaflow.agents.stage.worker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inputs that the workers of a stage have at present. One event may be delivered to two workers
 * at once, as two records with the same id; only one worker at a time has the claim to it.
 */
final class InputClaims {

  private final Set<String> outcomeIds = ConcurrentHashMap.newKeySet();

  /** Claims the input; false if a worker has it. */
  boolean claim(String outcomeId) {
    return outcomeIds.add(outcomeId);
  }

  void release(String outcomeId) {
    outcomeIds.remove(outcomeId);
  }
}
