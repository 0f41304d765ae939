package orcaflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.change.Changes;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.cli.letters.LetterFilter;
import orcaflow.cli.letters.RedrivePlan;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Back to where they came from. */
@Command(
    name = "redrive",
    mixinStandardHelpOptions = true,
    description = {
      "Write open dead letters back to the topics they came from, each exactly once.",
      "The stage that failed works on them again; a letter that fails again is a new letter."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow dlq redrive --dry-run",
      "  ./orcaflow dlq redrive problems --reason 'connection refused'"
    })
final class RedriveLettersCommand implements Callable<Integer> {
  @Mixin private RunSelection selection;
  @Mixin private Output output;
  @Mixin private BecauseOption because;

  @Parameters(
      arity = "0..1",
      paramLabel = "TOPIC",
      description = "Only letters of this topic, named without the run prefix.")
  private Optional<String> topic = Optional.empty();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only letters with this text in the class or message of the cause.")
  private Optional<String> reason = Optional.empty();

  @Option(names = "--dry-run", description = "Say what would be done and write nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    List<Topic<?>> topics = DlqCommand.topics(topic);
    LetterFilter filter = new LetterFilter(reason);
    try (RunLocation.Reached reached = selection.reach()) {
      Cluster cluster = reached.cluster();
      Changes changes = new Changes(cluster);
      RedrivePlan plan =
          dryRun
              ? changes.redriveOf(topics, filter)
              : changes.redrive(topics, filter, because.reason());
      output.line(facts(plan, cluster), text(plan, cluster));
    }
    return 0;
  }

  private Map<String, Object> facts(RedrivePlan plan, Cluster cluster) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("dryRun", dryRun);
    facts.put("letters", plan.letters());
    facts.put("records", plan.records().size());
    Map<String, Long> byTopic = new LinkedHashMap<>();
    plan.lettersByTopic().forEach((name, n) -> byTopic.put(Place.shortTopic(name, cluster), n));
    facts.put("lettersByTopic", byTopic);
    List<Map<String, String>> refused = new ArrayList<>();
    plan.refused()
        .forEach(
            each ->
                refused.add(
                    Map.of(
                        "letter",
                        Printable.text(each.letter().place().within(cluster)),
                        "why",
                        each.why())));
    facts.put("refused", refused);
    return facts;
  }

  private String text(RedrivePlan plan, Cluster cluster) {
    StringBuilder text = new StringBuilder();
    plan.lettersByTopic()
        .forEach(
            (name, n) -> text.append("  %-22s %d%n".formatted(Place.shortTopic(name, cluster), n)));
    plan.refused()
        .forEach(
            each ->
                text.append(
                    "  refused %s: %s%n"
                        .formatted(
                            Printable.text(each.letter().place().within(cluster)),
                            Printable.text(each.why()))));
    return text.append(
            "%s %d letters as %d records, refused %d"
                .formatted(
                    dryRun ? "would redrive" : "redriven",
                    plan.letters(),
                    plan.records().size(),
                    plan.refused().size()))
        .toString();
  }
}
