package orcaflow.cli.dataset;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;

/** What the models were asked, and what that took, by who was asked for what. */
public final class Cost {

  /** One account. */
  public record Account(String endpoint, String model, String stage)
      implements Comparable<Account> {
    private static final Comparator<Account> ORDER =
        Comparator.comparing(Account::endpoint)
            .thenComparing(Account::model)
            .thenComparing(Account::stage);

    @Override
    public int compareTo(Account other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A sum over calls.
   *
   * @param answered calls that brought an answer
   * @param promptTokens as the endpoint reported, which may be not at all
   * @param millis from question to answer, retries included; calls run side by side
   * @param money exact, so that the order of calls does not matter; 0 without a price
   */
  public record Sum(
      long calls,
      long answered,
      long promptTokens,
      long completionTokens,
      long millis,
      BigDecimal money) {

    static final Sum NONE = new Sum(0, 0, 0, 0, 0, BigDecimal.ZERO);

    private static Sum of(ModelCall call) {
      return new Sum(
          1,
          call.getOutcome() == CallOutcome.ANSWERED ? 1 : 0,
          call.getPromptTokens(),
          call.getCompletionTokens(),
          call.getLatencyMillis(),
          BigDecimal.valueOf(call.getCost()));
    }

    private Sum plus(Sum more) {
      return new Sum(
          calls + more.calls,
          answered + more.answered,
          promptTokens + more.promptTokens,
          completionTokens + more.completionTokens,
          millis + more.millis,
          money.add(more.money));
    }
  }

  private final Map<Account, Sum> accounts = new TreeMap<>();

  public void add(ModelCall call) {
    accounts.merge(
        new Account(call.getEndpoint(), call.getModel(), call.getStage()), Sum.of(call), Sum::plus);
  }

  public Map<Account, Sum> accounts() {
    return accounts;
  }

  public Sum total() {
    return accounts.values().stream().reduce(Sum.NONE, Sum::plus);
  }
}
