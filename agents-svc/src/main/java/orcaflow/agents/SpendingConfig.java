package orcaflow.agents;

import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;

/**
 * What the run and its stages may spend, as amounts such as {@code 25USD} or {@code 2000000tokens}.
 * An entry of the run log replaces it ({@code ./orcaflow budget raise}).
 */
public record SpendingConfig(Optional<String> run, Optional<Map<String, String>> stages) {

  public SpendingConfig {
    run.ifPresent(Amount::parse);
    stages.ifPresent(all -> all.values().forEach(Amount::parse));
  }

  void applyTo(Budget budget) {
    run.ifPresent(amount -> budget.limit(Budget.RUN, Amount.parse(amount)));
    stages.ifPresent(
        all -> all.forEach((stage, amount) -> budget.limit(stage, Amount.parse(amount))));
  }
}
