package orcaflow.cli.dataset;

import java.util.Map;
import java.util.TreeMap;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.ModelCall;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import org.apache.avro.specific.SpecificRecord;

/** The counts of a version's card, kept event by event. */
final class DatasetStatistics {

  /** Labelled rows of one policy and origin. */
  record Labels(String labelling, String origin) implements Comparable<Labels> {
    @Override
    public int compareTo(Labels other) {
      int first = labelling.compareTo(other.labelling);
      return first != 0 ? first : origin.compareTo(other.origin);
    }
  }

  /** How many of each label. */
  record Split(long desirable, long undesirable) {
    private Split plus(Split more) {
      return new Split(desirable + more.desirable, undesirable + more.undesirable);
    }
  }

  /** Rows of one labelling from groups with this many right answers. */
  record Class(String labelling, int correct) implements Comparable<Class> {
    @Override
    public int compareTo(Class other) {
      int first = labelling.compareTo(other.labelling);
      return first != 0 ? first : Integer.compare(correct, other.correct);
    }
  }

  /** Rows of a class. */
  record Rows(Split labels, long pairs) {
    private Rows plus(Rows more) {
      return new Rows(labels.plus(more.labels), pairs + more.pairs);
    }
  }

  private final Map<String, Long> problemsByAgent = new TreeMap<>();
  private final Map<String, Long> rejectedByReason = new TreeMap<>();
  private final Map<String, Long> solutionsByStatus = new TreeMap<>();
  private final Map<String, Long> rolloutsByVerdict = new TreeMap<>();
  private final Map<Integer, Long> groupsBySolved = new TreeMap<>();
  private final Map<String, Long> demonstrations = new TreeMap<>();
  private final Map<Labels, Split> labels = new TreeMap<>();
  private final Map<String, Long> pairs = new TreeMap<>();
  private final Map<Class, Rows> rowsByClass = new TreeMap<>();
  private final Cost cost = new Cost();

  void add(SpecificRecord event) {
    if (event instanceof Problem problem) {
      count(problemsByAgent, problem.getLineage().getAgent());
    } else if (event instanceof RejectedCandidate rejected) {
      count(rejectedByReason, rejected.getReason());
    } else if (event instanceof TeacherSolution solution) {
      count(solutionsByStatus, solution.getStatus().name());
    } else if (event instanceof GradedRollout group) {
      addGroup(group);
    } else if (event instanceof Demonstration row) {
      count(demonstrations, row.getLabelling());
    } else if (event instanceof LabelledCompletion row) {
      Split label = row.getDesirable() ? new Split(1, 0) : new Split(0, 1);
      labels.merge(new Labels(row.getLabelling(), row.getOrigin()), label, Split::plus);
      rowsByClass.merge(
          new Class(row.getLabelling(), row.getCorrectCount()), new Rows(label, 0), Rows::plus);
    } else if (event instanceof PreferencePair row) {
      count(pairs, row.getLabelling());
      rowsByClass.merge(
          new Class(row.getLabelling(), row.getCorrectCount()),
          new Rows(new Split(0, 0), 1),
          Rows::plus);
    } else if (event instanceof ModelCall call) {
      cost.add(call);
    } else {
      throw new IllegalArgumentException("a version has no " + event.getClass().getSimpleName());
    }
  }

  private void addGroup(GradedRollout group) {
    int solved = 0;
    for (GradedCompletion completion : group.getCompletions()) {
      count(rolloutsByVerdict, completion.getVerdict().name());
      solved += completion.getVerdict() == VerdictValue.MATCH ? 1 : 0;
    }
    for (int empty = 0; empty <= group.getCompletions().size(); empty++) {
      groupsBySolved.putIfAbsent(empty, 0L);
    }
    count(groupsBySolved, solved);
  }

  private static <K> void count(Map<K, Long> counts, K key) {
    counts.merge(key, 1L, Long::sum);
  }

  static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  Map<String, Long> problemsByAgent() {
    return problemsByAgent;
  }

  Map<String, Long> rejectedByReason() {
    return rejectedByReason;
  }

  Map<String, Long> solutionsByStatus() {
    return solutionsByStatus;
  }

  Map<String, Long> rolloutsByVerdict() {
    return rolloutsByVerdict;
  }

  /** Groups by how many of their rollouts match, every class from 0 to the largest group. */
  Map<Integer, Long> groupsBySolved() {
    return groupsBySolved;
  }

  Map<String, Long> demonstrations() {
    return demonstrations;
  }

  Map<Labels, Split> labels() {
    return labels;
  }

  Map<String, Long> pairs() {
    return pairs;
  }

  /** Training rows by labelling and by how many answers of their group are right. */
  Map<Class, Rows> rowsByClass() {
    return rowsByClass;
  }

  Cost cost() {
    return cost;
  }
}
