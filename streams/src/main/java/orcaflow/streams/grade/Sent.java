package orcaflow.streams.grade;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.StudentRollout;

/**
 * Which rollouts of a group are written: the rule of partial groups, as a value. A group that is
 * incomplete after the grace time is written with the rollouts that are decided. Whatever comes
 * later is written at once, as a revision that holds only rollouts that no earlier event holds. So
 * each rollout is graded in exactly one event.
 *
 * @param revisions number of events written
 * @param indexes indexes of the rollouts in those events
 */
record Sent(int revisions, SortedSet<Integer> indexes) {

  static final Sent NOTHING = new Sent(0, new TreeSet<>());

  /** The form in which a store keeps it: {@code revisions:index,index}. */
  String text() {
    return revisions
        + ":"
        + indexes.stream().map(index -> Integer.toString(index)).collect(Collectors.joining(","));
  }

  static Sent parse(String text) {
    String[] parts = text.split(":", -1);
    return new Sent(
        Integer.parseInt(parts[0]),
        parts[1].isEmpty()
            ? new TreeSet<>()
            : Arrays.stream(parts[1].split(","))
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  Sent and(Collection<GradedCompletion> completions) {
    SortedSet<Integer> all = new TreeSet<>(indexes);
    completions.forEach(completion -> all.add(completion.getIndex()));
    return new Sent(revisions + 1, all);
  }

  /** The completions of a part that are neither written nor waiting. */
  List<Completion> newOnes(StudentRollout part, List<Completion> waiting) {
    return part.getCompletions().stream()
        .filter(completion -> !indexes.contains(completion.getIndex()))
        .filter(
            completion ->
                waiting.stream().noneMatch(other -> other.getIndex() == completion.getIndex()))
        .toList();
  }

  /**
   * What the group still lacks once the decided rollouts are written, in a sentence; empty if it is
   * whole then.
   *
   * @param open the rollouts that wait, and how many the group has
   */
  Optional<String> missing(StudentRollout open, List<GradedCompletion> decided) {
    SortedSet<Integer> there = new TreeSet<>(indexes);
    open.getCompletions().forEach(completion -> there.add(completion.getIndex()));
    SortedSet<Integer> undecided = new TreeSet<>(there);
    undecided.removeAll(indexes);
    decided.forEach(completion -> undecided.remove(completion.getIndex()));
    List<Integer> absent =
        IntStream.range(0, RolloutGroup.size(open))
            .filter(i -> !there.contains(i))
            .boxed()
            .toList();
    List<String> reasons = new ArrayList<>();
    if (!absent.isEmpty()) {
      reasons.add(
          "of %d rollouts %s did not come".formatted(RolloutGroup.size(open), list(absent)));
    }
    if (!undecided.isEmpty()) {
      reasons.add("no verdict on %s".formatted(list(undecided)));
    }
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
  }

  private static String list(Collection<Integer> indexes) {
    return indexes.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
