package orcaflow.cli.letters;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;

/**
 * What a redrive does: which letters become which records, and which are refused. Several stages
 * read one topic, and each may put the same record aside: their letters become one record, or every
 * redrive of a record that nobody can read would multiply it.
 *
 * @param records in the order of their first letters
 */
public record RedrivePlan(List<Group> records, List<Refused> refused) {

  public RedrivePlan {
    records = List.copyOf(records);
    refused = List.copyOf(refused);
  }

  /** The letters of one record, oldest first. */
  public record Group(Place source, List<Letter> letters) {

    public Group {
      letters = List.copyOf(letters);
    }

    /** The letter whose record is written. */
    Letter first() {
      return letters.get(0);
    }

    /** How often the record is then redriven. */
    long times() {
      return 1 + letters.stream().mapToLong(Letter::timesRedriven).max().orElse(0);
    }

    /** The outcomes that the record takes back, as far as the letters name them. */
    Set<String> takesBack() {
      Set<String> outcomes = new TreeSet<>();
      for (Letter letter : letters) {
        outcomes.addAll(letter.takenBack());
        letter.outcome().ifPresent(outcomes::add);
      }
      return outcomes;
    }
  }

  /** A letter that cannot be redriven. */
  public record Refused(Letter letter, String why) {}

  /**
   * The rule.
   *
   * @param letters in the order in which they are to be redriven; those redriven already are passed
   *     over
   */
  public static RedrivePlan of(List<Letter> letters, LetterFilter filter, String run) {
    Map<Place, List<Letter>> bySource = new LinkedHashMap<>();
    List<Refused> refused = new ArrayList<>();
    for (Letter letter : letters) {
      if (!letter.redriven() && filter.takes(letter)) {
        Optional<String> why = whyNot(letter, run);
        if (why.isPresent()) {
          refused.add(new Refused(letter, why.get()));
        } else {
          bySource
              .computeIfAbsent(letter.source().orElseThrow(), source -> new ArrayList<>())
              .add(letter);
        }
      }
    }
    return new RedrivePlan(
        bySource.entrySet().stream().map(e -> new Group(e.getKey(), e.getValue())).toList(),
        refused);
  }

  private static Optional<String> whyNot(Letter letter, String run) {
    if (letter.source().isEmpty()) {
      return Optional.of("it does not name the record that it was");
    }
    String source = letter.source().get().topic();
    Optional<Topic<?>> topic =
        Topics.all().stream().filter(some -> some.in(run).equals(source)).findFirst();
    if (topic.isEmpty()) {
      return Optional.of("it came from %s, which is no topic of run '%s'".formatted(source, run));
    }
    return topic.get().deadLettersIn(run).equals(letter.place().topic())
        ? Optional.empty()
        : Optional.of("it came from %s, whose dead letters are elsewhere".formatted(source));
  }

  /** Number of letters that are redriven. */
  public long letters() {
    return records.stream().mapToLong(group -> group.letters().size()).sum();
  }

  /** Number of letters by the topic that they go back to. */
  public Map<String, Long> lettersByTopic() {
    return records.stream()
        .collect(
            Collectors.groupingBy(
                group -> group.source().topic(),
                LinkedHashMap::new,
                Collectors.summingLong(group -> group.letters().size())));
  }
}
