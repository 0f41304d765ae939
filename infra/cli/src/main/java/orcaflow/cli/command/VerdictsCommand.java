package orcaflow.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import orcaflow.cli.audit.VerdictAudit;
import orcaflow.cli.audit.VerdictAudit.Counts;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.log.TopicReader;
import orcaflow.streams.grade.Regrading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Verdicts, checked. */
@Command(
    name = "verdicts",
    mixinStandardHelpOptions = true,
    description = "The verdicts of a run, checked by a second method or by other rules.",
    subcommands = {VerdictsCommand.Audit.class, VerdictsCommand.Moved.class},
    footer = {"", "Example: ./orcaflow verdicts audit"})
public final class VerdictsCommand implements Runnable {

  private static final int SHOWN = 200;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static void requireVerdicts(Cluster cluster) throws Failure.BadInput {
    String topic = Topics.GRADED_ROLLOUTS.in(cluster.run());
    try (TopicReader<String, GradedRollout> verdicts = TopicReader.events(cluster)) {
      if (verdicts.partitions(topic).isEmpty()) {
        throw new Failure.BadInput(
            "%s has no topic %s: is --run right?".formatted(cluster.bootstrap(), topic));
      }
    }
  }

  /** The end of a text, where its answer is. */
  private static String shown(String text) {
    String end = Printable.text(text.substring(Math.max(0, text.length() - SHOWN)));
    return text.length() > SHOWN ? "..." + end : end;
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

    private final Set<String> seen = new HashSet<>();
    private final Map<String, Long> moved = new TreeMap<>();
    private final Map<Integer, Long> rules = new TreeMap<>();
    private final List<Map<String, Object>> found = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
      try (RunLocation.Reached reached = selection.reach()) {
        requireVerdicts(reached.cluster());
        CommittedTopic.each(reached.cluster(), Topics.GRADED_ROLLOUTS, this::take);
      }
      for (Map<String, Object> facts : found) {
        output.line(facts, text(facts));
      }
      Map<String, Object> counts = new LinkedHashMap<>();
      counts.put("verdicts", seen.size());
      counts.put("rules", AnswerMatcher.RULES_VERSION);
      counts.put("storedRules", rules);
      counts.put("moved", moved);
      output.line(
          counts,
          "%,d verdicts of rules %s: %,d would move by rules %d %s"
              .formatted(
                  seen.size(),
                  rules.keySet(),
                  found.size(),
                  AnswerMatcher.RULES_VERSION,
                  moved.isEmpty() ? "" : moved)
              .strip());
      return found.isEmpty() ? 0 : 1;
    }

    /** A rollout that comes again is not counted again. */
    private void take(GradedRollout group) {
      List<GradedCompletion> fresh =
          group.getCompletions().stream()
              .filter(completion -> seen.add(completion.getRolloutId()))
              .toList();
      rules.merge(group.getRulesVersion(), (long) fresh.size(), Long::sum);
      Regrading.of(group).moved().stream()
          .filter(each -> fresh.contains(each.before()))
          .forEach(each -> add(group, each));
    }

    private void add(GradedRollout group, Regrading.Moved each) {
      moved.merge(each.before().getVerdict() + " -> " + each.after().getVerdict(), 1L, Long::sum);
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("rollout", each.before().getRolloutId());
      facts.put("problem", group.getProblemId());
      facts.put("iteration", group.getIteration());
      facts.put("reference", group.getReferenceAnswer());
      facts.put("completion", each.before().getText());
      facts.put("verdict", each.before().getVerdict().name());
      facts.put("reason", each.before().getReason());
      facts.put("nowVerdict", each.after().getVerdict().name());
      facts.put("nowReason", each.after().getReason());
      found.add(facts);
    }

    private static String text(Map<String, Object> facts) {
      return "rollout %s: %s (%s) -> %s (%s); reference %s; %s"
          .formatted(
              Printable.text((String) facts.get("rollout")),
              facts.get("verdict"),
              Printable.text((String) facts.get("reason")),
              facts.get("nowVerdict"),
              facts.get("nowReason"),
              facts.get("reference") == null ? "none" : shown((String) facts.get("reference")),
              shown((String) facts.get("completion")));
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

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      VerdictAudit audit = new VerdictAudit();
      try (RunLocation.Reached reached = selection.reach()) {
        Cluster cluster = reached.cluster();
        requireVerdicts(cluster);
        CommittedTopic.each(cluster, Topics.GRADED_ROLLOUTS, audit::check);
        CommittedTopic.each(cluster, Topics.VERDICT_DISAGREEMENTS, audit::record);
      }
      for (VerdictDisagreement event : audit.found()) {
        print(event, "found");
      }
      for (VerdictDisagreement event : audit.recordedOnly()) {
        print(event, "recorded");
      }
      Counts counts = audit.counts();
      output.line(counts, text(counts));
      return counts.disagree() + counts.recordedOnly() == 0 ? 0 : 1;
    }

    private void print(VerdictDisagreement event, String how) throws JsonProcessingException {
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
      output.line(facts, text(event, how));
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
              how.equals("recorded") ? " (recorded, not found now)" : "",
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
