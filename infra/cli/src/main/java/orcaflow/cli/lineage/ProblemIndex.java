package orcaflow.cli.lineage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.RecordPosition;
import org.apache.avro.specific.SpecificRecord;

/**
 * Where the events of each problem of a run are, in the topics that a {@link Tracer} reads. About
 * 250 bytes a problem with 10 events. Thread-safe.
 */
public final class ProblemIndex {

  private static final List<Topic<? extends SpecificRecord>> TOPICS =
      List.of(
          Topics.PROBLEM_CANDIDATES,
          Topics.PROBLEMS,
          Topics.REJECTED_CANDIDATES,
          Topics.TEACHER_SOLUTIONS,
          Topics.STUDENT_ROLLOUTS,
          Topics.GRADED_ROLLOUTS,
          Topics.DEMONSTRATIONS,
          Topics.LABELLED_COMPLETIONS,
          Topics.PREFERENCE_PAIRS);

  private static final int TOPIC_SHIFT = 56;
  private static final int PARTITION_SHIFT = 40;
  private static final int PARTITION_MASK = 0xFFFF;
  private static final long OFFSET_MASK = (1L << PARTITION_SHIFT) - 1;

  private final Map<Class<?>, Integer> numbers = new HashMap<>();
  private final List<String> names;
  private final Map<String, long[]> places = new HashMap<>();

  public ProblemIndex(Cluster cluster) {
    names = TOPICS.stream().map(topic -> topic.in(cluster.run())).toList();
    for (int i = 0; i < TOPICS.size(); i++) {
      numbers.put(TOPICS.get(i).type(), i);
    }
  }

  /** Notes where an event is, if a problem is traced by it. */
  public synchronized void add(SpecificRecord event, RecordPosition position) {
    Integer number = numbers.get(event.getClass());
    if (number != null) {
      places.merge(
          key(TOPICS.get(number), event),
          new long[] {packed(number, position)},
          ProblemIndex::both);
    }
  }

  /** Where the events of a problem are, in no order. */
  synchronized List<RecordPosition> of(String problem) {
    List<RecordPosition> found = new ArrayList<>();
    for (long place : places.getOrDefault(problem, new long[0])) {
      found.add(
          new RecordPosition(
              names.get((int) (place >>> TOPIC_SHIFT)),
              (int) (place >>> PARTITION_SHIFT) & PARTITION_MASK,
              place & OFFSET_MASK));
    }
    return found;
  }

  private static <T extends SpecificRecord> String key(Topic<T> topic, SpecificRecord event) {
    return topic.keyOf().apply(topic.type().cast(event));
  }

  private static long packed(int number, RecordPosition position) {
    return (long) number << TOPIC_SHIFT
        | (long) position.partition() << PARTITION_SHIFT
        | position.offset();
  }

  private static long[] both(long[] some, long[] one) {
    long[] all = Arrays.copyOf(some, some.length + 1);
    all[some.length] = one[0];
    return all;
  }
}
