package orcaflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.cli.audit.CallCosts;
import orcaflow.cli.page.Money;
import orcaflow.cli.page.Now;
import orcaflow.cli.page.Scores;
import orcaflow.cli.run.NextRows;
import orcaflow.cli.run.Position;
import orcaflow.cli.run.Report;
import orcaflow.cli.terminal.Printable;

/**
 * What {@code status} says beside the counts: the numbers of the page.
 *
 * @param now parts with their rates
 * @param policies oldest first
 * @param money what the models cost
 * @param budgets by scope
 * @param next the rows that open the next iteration, where the trainer opens it
 */
record StatusText(
    Now now,
    List<Scores.Row> policies,
    Money money,
    Map<String, Amount> budgets,
    Optional<NextRows> next) {

  private static final int SHOWN = 5;
  private static final String PART = "  %-8s %10s %10s %10s  %s%n";

  /** For programs. */
  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("position", now.position());
    facts.put("next", opens());
    facts.put("bottleneck", now.bottleneck());
    facts.put("parts", now.stages());
    facts.put("scores", policies.stream().map(StatusText::score).toList());
    facts.put("cost", cost());
    return facts;
  }

  /** While an iteration is trained, the trainer waits for nothing. */
  private Optional<NextRows> opens() {
    return next.filter(rows -> now.position().state() == Position.State.NEXT);
  }

  private static Map<String, Object> score(Scores.Row policy) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("policy", policy.name());
    facts.put("version", policy.version());
    facts.put("greedy", policy.greedy().map(StatusText::score));
    facts.put("sampled", policy.sampled().map(StatusText::score));
    return facts;
  }

  private static Map<String, Object> score(Report.Score score) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("n", score.n());
    facts.put("accuracy", score.accuracy());
    facts.put("low", score.low());
    facts.put("high", score.high());
    return facts;
  }

  private Map<String, Object> cost() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("calls", money.calls().stream().mapToLong(CallCosts.Row::answered).sum());
    facts.put("failed", money.calls().stream().mapToLong(CallCosts.Row::failures).sum());
    facts.put("promptTokens", money.calls().stream().mapToLong(CallCosts.Row::promptTokens).sum());
    facts.put(
        "completionTokens",
        money.calls().stream().mapToLong(CallCosts.Row::completionTokens).sum());
    facts.put("money", money.cost());
    facts.put("moneyPerHour", money.perHour());
    Map<String, String> amounts = new LinkedHashMap<>();
    budgets.forEach((scope, amount) -> amounts.put(scope, amount.toString()));
    facts.put("budgets", amounts);
    facts.put("failure", money.failure());
    return facts;
  }

  /** The line under the name of the run. */
  String position() {
    return now.position().text()
        + opens().map(rows -> "; " + rows.text(now.position().iteration())).orElse("");
  }

  /** Parts with their rates, while something runs; each line ends with a break. */
  String parts() {
    if (!now.running()) {
      return "";
    }
    return PART.formatted("part", "done", "waiting", "a second", "time left")
        + now.stages().stream().map(StatusText::part).collect(Collectors.joining());
  }

  private static String part(Now.Stage part) {
    return PART.formatted(
        part.name(),
        "%,d".formatted(part.done()),
        "%,d".formatted(part.waiting()),
        String.format(Locale.ROOT, "%.1f", part.perSecond()),
        part.secondsLeft().isPresent()
            ? Now.shown(Duration.ofSeconds((long) part.secondsLeft().getAsDouble()))
            : "-");
  }

  /** The newest policies that are evaluated, and the cost; each after a break. */
  String scoresAndCost() {
    List<String> lines = new ArrayList<>();
    List<Scores.Row> evaluated =
        policies.stream().filter(policy -> policy.greedy().isPresent()).toList();
    evaluated.stream()
        .skip(Math.max(0, evaluated.size() - SHOWN))
        .map(
            policy ->
                "pass@1 of %s: greedy %s%s"
                    .formatted(
                        Printable.text(policy.name()),
                        shown(policy.greedy().get()),
                        policy.sampled().map(s -> ", sampled " + shown(s)).orElse("")))
        .forEach(lines::add);
    lines.add(costLine());
    money.failure().ifPresent(why -> lines.add("calls cannot be read: " + Printable.text(why)));
    return lines.stream().map(line -> "%n%s".formatted(line)).collect(Collectors.joining());
  }

  private String costLine() {
    Map<String, Object> cost = cost();
    String budget =
        budgets.containsKey(Budget.RUN) ? ", of a budget of " + budgets.get(Budget.RUN) : "";
    return String.format(
        Locale.ROOT,
        "model calls %,d, failed %,d, tokens %,d in, %,d out, cost %.4f%s, %.4f an hour of late",
        cost.get("calls"),
        cost.get("failed"),
        cost.get("promptTokens"),
        cost.get("completionTokens"),
        money.cost(),
        budget,
        money.perHour());
  }

  private static String shown(Report.Score score) {
    return String.format(
        Locale.ROOT, "%.3f [%.3f, %.3f]", score.accuracy(), score.low(), score.high());
  }
}
