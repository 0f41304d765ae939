package orcaflow.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.audit.VerdictAudit;
import orcaflow.cli.audit.VerdictAudit.Counts;
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
    description = "The verdicts of a run, checked by a second method.",
    subcommands = VerdictsCommand.Audit.class,
    footer = {"", "Example: ./orcaflow verdicts audit"})
public final class VerdictsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
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

    private static final int SHOWN = 200;

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

    private static void requireVerdicts(Cluster cluster) throws Failure.BadInput {
      String topic = Topics.GRADED_ROLLOUTS.in(cluster.run());
      try (TopicReader<String, GradedRollout> verdicts = TopicReader.events(cluster)) {
        if (verdicts.partitions(topic).isEmpty()) {
          throw new Failure.BadInput(
              "%s has no topic %s: is --run right?".formatted(cluster.bootstrap(), topic));
        }
      }
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

    /** The end of a text, where its answer is. */
    private static String shown(String text) {
      String end = Printable.text(text.substring(Math.max(0, text.length() - SHOWN)));
      return text.length() > SHOWN ? "..." + end : end;
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
