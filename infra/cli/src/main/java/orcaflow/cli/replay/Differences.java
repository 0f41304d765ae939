package orcaflow.cli.replay;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/**
 * How the rows of two runs differ, by what a row says rather than by its id, which names the policy
 * it was made under: a labelled completion is the answer to a problem in an iteration, a pair its
 * two answers.
 */
final class Differences {

  /** Rows of one kind and iteration. */
  static final class Tally {
    long left;
    long right;
    long both;
    long flipped;
    long leftDesirable;
    long rightDesirable;
  }

  /** What is compared: rows of a kind in an iteration. */
  record Group(Kind kind, int iteration) implements Comparable<Group> {
    @Override
    public int compareTo(Group other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : Integer.compare(iteration, other.iteration);
    }
  }

  /** Kinds of rows. */
  enum Kind {
    DEMONSTRATION,
    LABELLED_COMPLETION,
    PREFERENCE_PAIR
  }

  /**
   * A row without its label.
   *
   * @param other the rejected answer of a pair, else empty
   */
  private record Key(Group group, String problem, String answer, String other) {}

  private final Map<Group, Tally> tallies = new TreeMap<>();
  private final Map<Key, Boolean> left = new HashMap<>();
  private final Set<String> leftLabelling = new TreeSet<>();
  private final Set<String> rightLabelling = new TreeSet<>();

  private Differences() {}

  /** Reads the rows of both. The left ones are kept in memory meanwhile, as keys. */
  static Differences between(Cluster left, Cluster right) {
    Differences found = new Differences();
    each(left, found.leftLabelling, found::left);
    each(right, found.rightLabelling, found::right);
    return found;
  }

  /** By kind and iteration. */
  Map<Group, Tally> tallies() {
    return tallies;
  }

  /** Policies the left rows were made under, name@hash. */
  Set<String> leftLabelling() {
    return leftLabelling;
  }

  /** Policies the right rows were made under, name@hash. */
  Set<String> rightLabelling() {
    return rightLabelling;
  }

  private interface Reader {
    void row(Key key, boolean desirable);
  }

  private static void each(Cluster run, Set<String> labelling, Reader reader) {
    CommittedTopic.<Demonstration>each(
        run,
        Topics.DEMONSTRATIONS,
        row -> {
          labelling.add(row.getLabelling());
          reader.row(
              new Key(
                  new Group(Kind.DEMONSTRATION, row.getIteration()),
                  row.getProblemId(),
                  row.getSolutionId(),
                  ""),
              true);
        });
    CommittedTopic.<LabelledCompletion>each(
        run,
        Topics.LABELLED_COMPLETIONS,
        row ->
            reader.row(
                new Key(
                    new Group(Kind.LABELLED_COMPLETION, row.getIteration()),
                    row.getProblemId(),
                    row.getResponseId(),
                    ""),
                row.getDesirable()));
    CommittedTopic.<PreferencePair>each(
        run,
        Topics.PREFERENCE_PAIRS,
        row ->
            reader.row(
                new Key(
                    new Group(Kind.PREFERENCE_PAIR, row.getIteration()),
                    row.getProblemId(),
                    row.getChosenId(),
                    row.getRejectedId()),
                true));
  }

  private void left(Key key, boolean desirable) {
    left.put(key, desirable);
    Tally tally = of(key);
    tally.left++;
    tally.leftDesirable += desirable ? 1 : 0;
  }

  private void right(Key key, boolean desirable) {
    Tally tally = of(key);
    tally.right++;
    tally.rightDesirable += desirable ? 1 : 0;
    Boolean there = left.remove(key);
    if (there != null) {
      tally.both++;
      tally.flipped += there == desirable ? 0 : 1;
    }
  }

  private Tally of(Key key) {
    return tallies.computeIfAbsent(key.group(), group -> new Tally());
  }
}
