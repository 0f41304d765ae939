package orcaflow.cli.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.run.NewestEvents;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the events of a topic, one JSON object a line. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description =
        "Print the events of a topic, one JSON object a line, committed ones only. A record that is"
            + " no event is a line with 'unreadable' and the reason.",
    footer = {"", "Example: ./orcaflow tail graded-rollouts -n 3 | jq ."})
public final class TailCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(300);

  @Spec private CommandSpec spec;
  @Mixin private RunSelection selection;

  @Parameters(
      paramLabel = "TOPIC",
      description = "Topic without the run prefix, as in 'topics list'.")
  private String topic;

  @Option(
      names = "-n",
      defaultValue = "10",
      description = "Newest events to begin with (default: ${DEFAULT-VALUE}); -1 for all.")
  private long newest;

  @Option(
      names = {"-f", "--follow"},
      description = "Continue with events as they arrive.")
  private boolean follow;

  @Override
  public Integer call() throws Exception {
    Topic<?> catalogued = catalogued();
    try (RunLocation.Reached reached = follow ? selection.running() : selection.reach();
        TopicReader<String, SpecificRecord> reader =
            TopicReader.events(reached.cluster(), ClientSettings.reader(reached.cluster()))) {
      print(reader, catalogued.in(reached.cluster().run()));
    }
    return 0;
  }

  private Topic<?> catalogued() throws Failure.BadInput {
    try {
      return Topics.named(topic);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput(e.getMessage(), e);
    }
  }

  private void print(TopicReader<String, SpecificRecord> reader, String name) {
    PrintWriter out = spec.commandLine().getOut();
    Map<TopicPartition, Long> ends = new NewestEvents(reader).take(name, newest, out::println);
    out.flush();
    if (follow) {
      reader.start(ends);
      while (!out.checkError()) {
        reader.poll(POLL, NewestEvents.lines(out::println));
      }
    }
  }
}
