package orcaflow.cli.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.audit.CallCosts;
import orcaflow.cli.run.TopicFollower;
import orcaflow.cli.run.Waits;

/**
 * What the models cost.
 *
 * @param complete whether all calls that were there when the page began are counted
 * @param cost of all calls, in the currency of the prices; 0 without prices
 * @param perHour by the five minutes before the newest call
 * @param perRow cost of a row of training data; absent before there is one
 * @param rows of training data
 * @param calls as {@code calls} prints them
 * @param waiting endpoints that give no answers, as in {@code status -o json}
 * @param failure why the calls are not followed any more
 */
public record Money(
    boolean complete,
    double cost,
    double perHour,
    Optional<Double> perRow,
    long rows,
    List<CallCosts.Row> calls,
    List<Map<String, Object>> waiting,
    Optional<String> failure) {

  static Money of(CallCosts costs, TopicFollower<?> follower, long rows, List<Waits.Wait> waits) {
    List<CallCosts.Row> calls = costs.rows();
    double cost = calls.stream().mapToDouble(CallCosts.Row::cost).sum();
    return new Money(
        follower.caughtUp(),
        cost,
        costs.perHour(),
        rows == 0 ? Optional.empty() : Optional.of(cost / rows),
        rows,
        calls,
        waits.stream().map(Waits.Wait::facts).toList(),
        follower.failure());
  }
}
