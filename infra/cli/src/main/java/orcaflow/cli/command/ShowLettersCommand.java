package orcaflow.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.cli.letters.Letter;
import orcaflow.cli.letters.LetterEvents;
import orcaflow.cli.letters.LetterTopics;
import orcaflow.cli.letters.LetterView;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What they say. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Print open dead letters, the newest first, or one letter whether it is open or not:",
      "where it came from, the cause, the headers, and the event, or the bytes if they are none."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow dlq show problems -n 3",
      "  ./orcaflow dlq show problems/0/12"
    })
final class ShowLettersCommand implements Callable<Integer> {

  private static final Pattern PLACE = Pattern.compile("([^/]+)(?:/(\\d{1,9})/(\\d{1,18}))?");

  @Mixin private RunSelection selection;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      paramLabel = "TOPIC[/PARTITION/OFFSET]",
      description = "A topic without the run prefix, or the place of a letter among its letters.")
  private Optional<String> what = Optional.empty();

  @Option(
      names = "-n",
      defaultValue = "10",
      description = "Newest letters to print (default: ${DEFAULT-VALUE}); -1 for all.")
  private long newest;

  @Override
  public Integer call() throws Exception {
    Matcher place = PLACE.matcher(what.orElse(Topics.PROBLEMS.name()));
    if (!place.matches()) {
      throw new Failure.BadInput(
          "'%s' is no place of a letter: give TOPIC or TOPIC/PARTITION/OFFSET"
              .formatted(Printable.text(what.orElseThrow())));
    }
    List<Topic<?>> topics = DlqCommand.topics(what.map(some -> place.group(1)));
    boolean one = place.group(2) != null;
    try (RunLocation.Reached reached = selection.reach();
        LetterTopics letters = new LetterTopics(reached.cluster());
        LetterEvents events = new LetterEvents(reached.cluster())) {
      List<Letter> all = letters.committed(topics);
      print(one ? at(place, all) : newest(all), one, reached.cluster(), letters, events);
    }
    return 0;
  }

  private static List<Letter> at(Matcher place, List<Letter> letters) throws Failure.BadInput {
    List<Letter> found =
        letters.stream()
            .filter(letter -> letter.place().partition() == Integer.parseInt(place.group(2)))
            .filter(letter -> letter.place().offset() == Long.parseLong(place.group(3)))
            .toList();
    if (found.isEmpty()) {
      throw new Failure.BadInput("there is no dead letter at %s".formatted(place.group()));
    }
    return found;
  }

  private List<Letter> newest(List<Letter> letters) {
    return Letter.newestOpen(letters, newest < 0 ? Long.MAX_VALUE : newest);
  }

  private void print(
      List<Letter> chosen,
      boolean traced,
      Cluster cluster,
      LetterTopics letters,
      LetterEvents events)
      throws Exception {
    List<LetterView> views = LetterView.of(chosen, cluster, letters, events);
    if (output.json()) {
      output.array(views);
    } else if (views.isEmpty()) {
      output.text("no open dead letters");
    } else {
      views.forEach(view -> output.text(view.text(traced)));
    }
  }
}
