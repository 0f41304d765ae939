package orcaflow.cli.preview;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.Stages;

/** A preview as a terminal shows it. Foreign text stays text: control characters are escaped. */
public final class PreviewText {

  private static final String SENT = "    > ";
  private static final String CAME = "    < ";

  private final PreviewReport report;
  private final StringBuilder text = new StringBuilder();
  private final Set<String> shown = new HashSet<>();

  public PreviewText(PreviewReport report) {
    this.report = report;
  }

  /** All of it. A system message is printed in full where it comes first. */
  public String text() {
    report.candidates().forEach(this::candidate);
    line("");
    report.rollouts().ifPresent(why -> line("no rollouts: " + why));
    cost();
    return text.toString().stripTrailing();
  }

  private void candidate(PreviewReport.Candidate candidate) {
    line("");
    line(
        candidate.agent().equals(Stages.SEED)
            ? "== seed %d".formatted(candidate.seed())
            : "== seed %d, by %s, round %d"
                .formatted(candidate.seed(), candidate.agent(), candidate.round()));
    lines("  ", candidate.question());
    candidate.expectedAnswer().ifPresent(answer -> line("  known answer " + print(answer)));
    line("  " + print(candidate.fate()));
    if (candidate.calls().stream().noneMatch(call -> call.stage().equals(Stages.SOLVE))) {
      candidate.solution().ifPresent(solution -> line("  " + print(solution)));
    }
    candidate.calls().forEach(this::call);
    for (PreviewReport.Rollout rollout : candidate.rollouts()) {
      line("  rollout %s (%s)".formatted(rollout.verdict(), print(rollout.reason())));
      lines(CAME, rollout.text());
    }
    if (!candidate.rows().isEmpty()) {
      line("  rows " + print(String.join("; ", candidate.rows())));
    }
  }

  private void call(PreviewReport.Call call) {
    line(
        "  -- %s%s%s"
            .formatted(
                call.stage(),
                call.prompt().map(id -> ", prompt " + id).orElse(""),
                call.attempt() == 0 ? "" : ", try %d".formatted(call.attempt() + 1)));
    call.messages().forEach(this::message);
    if (call.stage().equals(Stages.SAMPLE)) {
      line(CAME + "the rollouts below");
    } else {
      replies(call);
    }
    call.failure().ifPresent(why -> line(CAME + print(why)));
    line(
        "    %,d + %,d tokens%s%s"
            .formatted(
                call.promptTokens(),
                call.completionTokens(),
                call.estimated() ? " (estimated)" : "",
                report.priced() ? ", %s".formatted(money(call.cost())) : ""));
    line("    = " + print(call.became()));
  }

  private void replies(PreviewReport.Call call) {
    for (PreviewReport.Text reply : call.replies()) {
      reply.reasoning().ifPresent(thoughts -> lines("    (reasoning) ", thoughts));
      line(CAME + reply.kind());
      lines(CAME, reply.text());
    }
  }

  private void message(PreviewReport.Message message) {
    boolean again = message.role().equals("system") && !shown.add(message.content());
    line(SENT + "[" + message.role() + "]" + (again ? " as above" : ""));
    if (!again) {
      lines(SENT, message.content());
    }
  }

  private void cost() {
    line(
        "recipe %s, teacher %s: the first %d of %,d seeds, with all that was made of them"
            .formatted(
                report.recipe(),
                print(report.teacher()),
                report.tokens().looked(),
                report.tokens().seeds()));
    line(
        "tokens a seed %,.0f, of all about %,.0f%s"
            .formatted(
                report.tokens().mean(),
                report.tokens().sum(),
                interval(report.tokens(), value -> "%,.0f".formatted(value))));
    if (report.priced()) {
      line(
          "money a seed %s, of all about %s%s"
              .formatted(
                  money(report.money().mean()),
                  money(report.money().sum() + report.preflight()),
                  interval(report.money(), PreviewText::money)));
    }
    line(
        "The interval is the 95 %% one of the mean of %d seeds (Student's t), times %,d; the first"
                .formatted(report.tokens().looked(), report.tokens().seeds())
            + " rows of a file need not be like the others.");
  }

  private static String interval(Projection projection, DoubleFunction<String> shown) {
    Optional<Projection.Interval> interval = projection.interval();
    return interval
        .map(each -> " [%s, %s]".formatted(shown.apply(each.low()), shown.apply(each.high())))
        .orElse(" (one seed gives no interval)");
  }

  private static String money(double value) {
    return value < 1
        ? String.format(Locale.ROOT, "%.6f", value)
        : String.format(Locale.ROOT, "%,.2f", value);
  }

  private static String print(String foreign) {
    return Printable.text(foreign);
  }

  private void lines(String before, String foreign) {
    foreign.lines().forEach(each -> line(before + print(each)));
  }

  private void line(String one) {
    text.append(one).append(System.lineSeparator());
  }
}
