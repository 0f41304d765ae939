package orcaflow.agents.model;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * How much a run and each of its stages may spend. It is looked at when a call is let through, so
 * that it is exceeded by the calls in flight at most. A spent budget pauses the stages, which keep
 * their inputs; a raised one lets them go on.
 */
public final class Budget {

  /** Scope of the budget of the whole run; the others are names of stages. */
  public static final String RUN = "run";

  /** Kind of the run log's entries: the name is a scope, the text an amount. */
  public static final String LOG_KIND = "budget";

  private final Ledger ledger;
  private final Map<String, Amount> limits = new ConcurrentHashMap<>();

  public Budget(Ledger ledger) {
    this.ledger = ledger;
  }

  public Ledger ledger() {
    return ledger;
  }

  /**
   * Sets a budget; a later one replaces it.
   *
   * @param scope {@link #RUN} or the name of a stage
   */
  public void limit(String scope, Amount amount) {
    limits.put(scope, amount);
  }

  /** The failure of a call of the stage, where a budget is spent. */
  Optional<Unavailable> spent(String stage) {
    return spent(RUN, ledger.run()).or(() -> spent(stage, ledger.stage(stage)));
  }

  private Optional<Unavailable> spent(String scope, Ledger.Spent spent) {
    return Optional.ofNullable(limits.get(scope))
        .filter(limit -> (limit.inTokens() ? spent.tokens() : spent.money()) >= limit.value())
        .map(limit -> failure(scope, limit, spent));
  }

  private static Unavailable failure(String scope, Amount limit, Ledger.Spent spent) {
    return new Unavailable(
        "the budget of %s for %s is spent (%s): './orcaflow budget raise' lets it go on"
            .formatted(
                limit,
                scope.equals(RUN) ? "the run" : scope,
                limit.inTokens()
                    ? "%,d tokens".formatted(spent.tokens())
                    : "%.4f %s".formatted(spent.money(), limit.unit())),
        Remedy.BUDGET,
        Optional.empty(),
        ModelResponse.Usage.NONE);
  }
}
