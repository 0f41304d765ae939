package orcaflow.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.cli.audit.MovedVerdicts;
import orcaflow.cli.audit.SolveRates;
import orcaflow.cli.audit.VerdictAudit;
import orcaflow.cli.audit.VerdictAudit.Counts;
import orcaflow.cli.audit.VerdictReasons;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Verdicts, checked. */
@Command(
    name = "verdicts",
    mixinStandardHelpOptions = true,
    description =
        "The verdicts of a run: why they were given, how often problems are solved, and what a second"
            + " method or other rules say.",
    subcommands = {
      VerdictsCommand.Listing.class,
      VerdictsCommand.Rates.class,
      VerdictsCommand.Audit.class,
      VerdictsCommand.Moved.class
    },
    footer = {"", "Example: ./orcaflow verdicts audit"})
public final class VerdictsCommand implements Runnable {

  private static final int SHOWN = 200;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** All groups with verdicts of a run that has the topic of them. */
  private static void eachGroup(Cluster cluster, Consumer<GradedRollout> reader)
      throws Failure.BadInput {
    String topic = Topics.GRADED_ROLLOUTS.in(cluster.run());
    try (TopicReader<String, GradedRollout> verdicts = TopicReader.events(cluster)) {
      if (verdicts.partitions(topic).isEmpty()) {
        throw new Failure.BadInput(
            "%s has no topic %s: is --run right?".formatted(cluster.bootstrap(), topic));
      }
    }
    CommittedTopic.each(cluster, Topics.GRADED_ROLLOUTS, reader);
  }

  /** The end of a text, where its answer is. */
  private static String shown(String text) {
    String end = Printable.text(text.substring(Math.max(0, text.length() - SHOWN)));
    return text.length() > SHOWN ? "..." + end : end;
  }

  /** How many there are for which reason. */
  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = {
        "Count the rollouts of a run by verdict and reason.",
        "All of a judge's verdicts have the reason judge; docs/answers.md has the others."
      },
      footer = {"", "Example: ./orcaflow verdicts ls -o json"})
  static final class Listing implements Callable<Integer> {

    private static final String ROW = "%-10s %-32s %10s %8s";

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      VerdictReasons reasons = new VerdictReasons();
      try (RunLocation.Reached reached = selection.reach()) {
        eachGroup(reached.cluster(), reasons::count);
      }
      output.rows(
          ROW.formatted("VERDICT", "REASON", "ROLLOUTS", "SHARE"),
          reasons.rows(),
          row -> row,
          row ->
              ROW.formatted(
                  row.verdict(),
                  row.reason(),
                  "%,d".formatted(row.rollouts()),
                  "%.1f %%".formatted(100 * row.share())));
      return 0;
    }
  }

  /** How often problems are solved. */
  @Command(
      name = "rates",
      mixinStandardHelpOptions = true,
      description = {
        "Show how often the sampled problems of each iteration were solved.",
        "RIGHT counts the groups with 0, 1, 2, ... right rollouts; MIXED is the share of groups with"
            + " right rollouts and others."
      },
      footer = {"", "Example: ./orcaflow verdicts rates"})
  static final class Rates implements Callable<Integer> {

    private static final String ROW = "%9s %10s %8s %8s  %s";

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      SolveRates rates = new SolveRates();
      try (RunLocation.Reached reached = selection.reach()) {
        eachGroup(reached.cluster(), rates::count);
      }
      output.rows(
          ROW.formatted("ITERATION", "GROUPS", "PARTIAL", "MIXED", "RIGHT"),
          rates.rows(),
          row -> row,
          row ->
              ROW.formatted(
                  row.iteration(),
                  "%,d".formatted(row.groups()),
                  "%,d".formatted(row.partial()),
                  "%.1f %%".formatted(100 * row.mixed()),
                  row.byRight().stream().map("%,d"::formatted).collect(Collectors.joining(" "))));
      return 0;
    }
  }

  /** Every verdict against the rules of this build. */
  @Command(
      name = "moved",
      mixinStandardHelpOptions = true,
      description = {
        "List the verdicts of a run that the rules of this build would give otherwise.",
        "None is changed; 'replay --regrade' learns from the new ones.",
        "Status 0: none would move; 1: some would."
      },
      footer = {
        "",
        "Examples:",
        "  ./orcaflow verdicts moved",
        "  ./orcaflow verdicts moved --run exp-a -o json"
      })
  static final class Moved implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      MovedVerdicts verdicts = new MovedVerdicts();
      try (RunLocation.Reached reached = selection.reach()) {
        eachGroup(reached.cluster(), verdicts::check);
      }
      MovedVerdicts.Counts counts = verdicts.counts();
      if (!output.json()) {
        verdicts.found().forEach(each -> output.text(text(each)));
      }
      output.line(
          Map.of("moved", verdicts.found().stream().map(Moved::facts).toList(), "counts", counts),
          "%,d verdicts of rules %s: %,d would move by rules %d%s"
              .formatted(
                  counts.verdicts(),
                  new TreeSet<>(counts.storedRules().keySet()),
                  verdicts.found().size(),
                  counts.rules(),
                  counts.moved().isEmpty() ? "" : " " + new TreeMap<>(counts.moved())));
      return verdicts.found().isEmpty() ? 0 : 1;
    }

    private static Map<String, Object> facts(MovedVerdicts.Moved each) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("rollout", each.before().getRolloutId());
      facts.put("problem", each.group().getProblemId());
      facts.put("iteration", each.group().getIteration());
      facts.put("reference", each.group().getReferenceAnswer());
      facts.put("completion", each.before().getText());
      facts.put("verdict", each.before().getVerdict().name());
      facts.put("reason", each.before().getReason());
      facts.put("nowVerdict", each.after().getVerdict().name());
      facts.put("nowReason", each.after().getReason());
      return facts;
    }

    private static String text(MovedVerdicts.Moved each) {
      String reference = each.group().getReferenceAnswer();
      return "rollout %s: %s (%s) -> %s (%s); reference %s; %s"
          .formatted(
              Printable.text(each.before().getRolloutId()),
              each.before().getVerdict(),
              Printable.text(each.before().getReason()),
              each.after().getVerdict(),
              each.after().getReason(),
              reference == null ? "none" : shown(reference),
              shown(each.before().getText()));
    }
  }

  /** Every verdict against the second checker. */
  @Command(
      name = "audit",
      mixinStandardHelpOptions = true,
      description = {
        "Check each verdict of a run by the second checker of answers.",
        "List those that it contradicts, with both reasons; no verdict is changed.",
        "Status 0: none is contradicted; 1: some are."
      },
      footer = {
        "",
        "Examples:",
        "  ./orcaflow verdicts audit",
        "  ./orcaflow verdicts audit --run exp-a -o json"
      })
  static final class Audit implements Callable<Integer> {

    private static final String FOUND = "found";
    private static final String RECORDED = "recorded";

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      VerdictAudit audit = new VerdictAudit();
      try (RunLocation.Reached reached = selection.reach()) {
        Cluster cluster = reached.cluster();
        eachGroup(cluster, audit::check);
        CommittedTopic.each(cluster, Topics.VERDICT_DISAGREEMENTS, audit::record);
      }
      Counts counts = audit.counts();
      if (!output.json()) {
        audit.found().forEach(event -> output.text(text(event, FOUND)));
        audit.recordedOnly().forEach(event -> output.text(text(event, RECORDED)));
      }
      List<Map<String, Object>> disagreements =
          Stream.concat(
                  audit.found().stream().map(event -> facts(event, FOUND)),
                  audit.recordedOnly().stream().map(event -> facts(event, RECORDED)))
              .toList();
      output.line(Map.of("disagreements", disagreements, "counts", counts), text(counts));
      return counts.disagree() + counts.recordedOnly() == 0 ? 0 : 1;
    }

    private static Map<String, Object> facts(VerdictDisagreement event, String how) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("how", how);
      facts.put("rollout", event.getId());
      facts.put("problem", event.getProblemId());
      facts.put("iteration", event.getIteration());
      facts.put("policy", event.getPolicyVersion());
      facts.put("question", event.getQuestion());
      facts.put("reference", event.getReferenceAnswer());
      facts.put("completion", event.getCompletion());
      facts.put("verdict", event.getVerdict().name());
      facts.put("reason", event.getReason());
      facts.put("second", event.getSecondResult().name());
      facts.put("secondReason", event.getSecondReason());
      return facts;
    }

    private static String text(VerdictDisagreement event, String how) {
      return """
          rollout %s of policy %s, iteration %d%s
            question        %s
            completion      %s
            reference       %s
            verdict         %s: %s
            second checker  %s: %s"""
          .formatted(
              Printable.text(event.getId()),
              Printable.text(event.getPolicyVersion()),
              event.getIteration(),
              how.equals(RECORDED) ? " (recorded, not found now)" : "",
              shown(event.getQuestion()),
              shown(event.getCompletion()),
              shown(event.getReferenceAnswer()),
              event.getVerdict(),
              Printable.text(event.getReason()),
              event.getSecondResult(),
              Printable.text(event.getSecondReason()));
    }

    private static String text(Counts counts) {
      return ("%,d verdicts: %,d decided by both, %,d agree, %,d disagree;"
              + " %,d undecided, the second checker is unsure of %,d; %,d recorded before")
          .formatted(
              counts.verdicts(),
              counts.decided(),
              counts.agree(),
              counts.disagree(),
              counts.undecided(),
              counts.unsure(),
              counts.recorded());
    }
  }
}
