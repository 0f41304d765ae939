package orcaflow.cli.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;
import org.HdrHistogram.Histogram;

/**
 * What the calls of a run's models cost and how long they took, by endpoint, model and stage.
 * Thread-safe.
 */
public final class CallCosts {

  private static final Duration RECENT = Duration.ofMinutes(5);
  private static final int DIGITS = 2;
  private static final double MEDIAN = 50;
  private static final double NEARLY_ALL = 99;

  private record Key(String endpoint, String model, String stage) {}

  private record Spent(Instant time, double cost) {}

  private final Map<Key, Sum> sums = new HashMap<>();
  private final Deque<Spent> recent = new ArrayDeque<>();
  private double recentCost;
  private Instant newest = Instant.EPOCH;

  /**
   * The calls of a stage to a model.
   *
   * @param endpoint base URL
   * @param failed calls that brought no answer, by outcome
   * @param attempts requests, those of repeated tries included
   * @param estimated calls whose tokens the endpoint did not report
   * @param cost in the currency of the prices, 0 without prices
   * @param medianMillis of the answered calls, retries included; to two digits
   * @param p99Millis the same, which 99 of 100 do not exceed
   */
  public record Row(
      String endpoint,
      String model,
      String stage,
      long answered,
      Map<CallOutcome, Long> failed,
      long attempts,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long estimated,
      double cost,
      long medianMillis,
      long p99Millis) {

    /** Calls that brought no answer. */
    public long failures() {
      return failed.values().stream().mapToLong(n -> n).sum();
    }
  }

  /** Counts a call. */
  public synchronized void count(ModelCall call) {
    sums.computeIfAbsent(
            new Key(call.getEndpoint(), call.getModel(), call.getStage()), key -> new Sum())
        .count(call);
    if (call.getTime().isAfter(newest)) {
      newest = call.getTime();
    }
    if (call.getCost() > 0) {
      recent.addLast(new Spent(call.getTime(), call.getCost()));
      recentCost += call.getCost();
    }
    forget();
  }

  private void forget() {
    Instant limit = newest.minus(RECENT);
    while (!recent.isEmpty() && recent.getFirst().time().isBefore(limit)) {
      recentCost -= recent.removeFirst().cost();
    }
  }

  /** The dearest first, then the most frequent. */
  public synchronized List<Row> rows() {
    return sums.entrySet().stream()
        .map(entry -> entry.getValue().row(entry.getKey()))
        .sorted(
            Comparator.comparingDouble(Row::cost)
                .thenComparingLong(Row::answered)
                .reversed()
                .thenComparing(Row::stage))
        .toList();
  }

  /** Money an hour, by the five minutes before the newest call. */
  public synchronized double perHour() {
    return recent.isEmpty() ? 0 : recentCost * Duration.ofHours(1).toSeconds() / RECENT.toSeconds();
  }

  private static final class Sum {
    private final Histogram millis = new Histogram(DIGITS);
    private final Map<CallOutcome, Long> failed = new EnumMap<>(CallOutcome.class);
    private long answered;
    private long attempts;
    private long promptTokens;
    private long cachedTokens;
    private long completionTokens;
    private long estimated;
    private double cost;

    void count(ModelCall call) {
      if (call.getOutcome() == CallOutcome.ANSWERED) {
        answered++;
        millis.recordValue(Math.max(0, call.getLatencyMillis()));
      } else {
        failed.merge(call.getOutcome(), 1L, Long::sum);
      }
      attempts += call.getAttempts();
      promptTokens += call.getPromptTokens();
      cachedTokens += call.getCachedTokens();
      completionTokens += call.getCompletionTokens();
      estimated += call.getEstimated() ? 1 : 0;
      cost += call.getCost();
    }

    Row row(Key key) {
      return new Row(
          key.endpoint(),
          key.model(),
          key.stage(),
          answered,
          Map.copyOf(failed),
          attempts,
          promptTokens,
          cachedTokens,
          completionTokens,
          estimated,
          cost,
          millis.getValueAtPercentile(MEDIAN),
          millis.getValueAtPercentile(NEARLY_ALL));
    }
  }
}
