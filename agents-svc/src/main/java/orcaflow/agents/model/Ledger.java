package orcaflow.agents.model;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a run has spent, over all its processes and restarts: the sum of its {@code model-calls} and
 * of the answers that are not stored yet.
 */
public final class Ledger {

  private static final Spent NOTHING = new Spent(0, 0);

  private final Map<String, Spent> byStage = new ConcurrentHashMap<>();
  private final Map<String, Spent> byEndpoint = new ConcurrentHashMap<>();

  /** Money and tokens. */
  public record Spent(double money, long tokens) {
    private Spent plus(Spent more) {
      return new Spent(money + more.money, tokens + more.tokens);
    }
  }

  /** The sums, by stage and by endpoint. */
  public record Sums(Map<String, Spent> byStage, Map<String, Spent> byEndpoint) {}

  /** The sums so far. */
  public Sums sums() {
    return new Sums(Map.copyOf(byStage), Map.copyOf(byEndpoint));
  }

  /** Adds sums of an earlier ledger. */
  public void add(Sums earlier) {
    earlier.byStage().forEach((stage, spent) -> byStage.merge(stage, spent, Spent::plus));
    earlier
        .byEndpoint()
        .forEach((endpoint, spent) -> byEndpoint.merge(endpoint, spent, Spent::plus));
  }

  /** Adds a call. */
  public void add(String endpoint, String stage, double money, long tokens) {
    Spent call = new Spent(money, tokens);
    byStage.merge(stage, call, Spent::plus);
    byEndpoint.merge(endpoint, call, Spent::plus);
  }

  /** All of the run. */
  public Spent run() {
    return byStage.values().stream().reduce(NOTHING, Spent::plus);
  }

  public Spent stage(String stage) {
    return byStage.getOrDefault(stage, NOTHING);
  }

  public Spent endpoint(String endpoint) {
    return byEndpoint.getOrDefault(endpoint, NOTHING);
  }
}
