package orcaflow.bench.kills;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.bench.kills.TrainedRows.Place;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;

/** The events of a run: which of them are there twice, and which inputs have no outcome. */
final class Flow {

  private static final List<Topic<?>> EACH_ONCE =
      List.of(
          Topics.PROBLEM_CANDIDATES,
          Topics.PROBLEMS,
          Topics.REJECTED_CANDIDATES,
          Topics.TEACHER_SOLUTIONS,
          Topics.ROLLOUT_REQUESTS,
          Topics.STUDENT_ROLLOUTS,
          Topics.GRADED_ROLLOUTS,
          Topics.DEMONSTRATIONS,
          Topics.LABELLED_COMPLETIONS,
          Topics.STAGE_OUTCOMES,
          Topics.ITERATIONS,
          Topics.TRAINING_STEPS);

  private final Cluster cluster;

  Flow(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Number of events by topic that have the id of an earlier one; only topics that have some. */
  Map<String, Long> twice() {
    Map<String, Long> twice = new HashMap<>();
    for (Topic<?> topic : EACH_ONCE) {
      Set<Object> ids = new HashSet<>();
      List<? extends SpecificRecord> events = CommittedTopic.all(cluster, topic);
      events.forEach(event -> ids.add(event.get(event.getSchema().getField("id").pos())));
      if (ids.size() < events.size()) {
        twice.put(topic.name(), (long) events.size() - ids.size());
      }
    }
    return twice;
  }

  /** Number of inputs by stage that have no outcome; only stages that have some. */
  Map<String, Long> open() {
    Set<String> decided = new HashSet<>();
    List<Problem> problems = CommittedTopic.all(cluster, Topics.PROBLEMS);
    problems.forEach(problem -> decided.add(problem.getCandidateId()));
    CommittedTopic.each(
        cluster,
        Topics.REJECTED_CANDIDATES,
        (RejectedCandidate rejected) -> decided.add(rejected.getCandidateId()));
    Map<String, Set<String>> finished = new HashMap<>();
    CommittedTopic.each(
        cluster,
        Topics.STAGE_OUTCOMES,
        (StageOutcome outcome) ->
            finished
                .computeIfAbsent(outcome.getStage(), stage -> new HashSet<>())
                .add(outcome.getInputId()));
    Map<String, Long> open = new HashMap<>();
    put(
        open,
        "admit",
        CommittedTopic.all(cluster, Topics.PROBLEM_CANDIDATES).stream()
            .map(ProblemCandidate::getId)
            .filter(id -> !decided.contains(id))
            .count());
    put(
        open,
        Stages.SOLVE,
        problems.stream()
            .map(Problem::getId)
            .filter(id -> !finished.getOrDefault(Stages.SOLVE, Set.of()).contains(id))
            .count());
    put(
        open,
        Stages.SAMPLE,
        CommittedTopic.all(cluster, Topics.ROLLOUT_REQUESTS).stream()
            .map(RolloutRequest::getId)
            .filter(id -> !finished.getOrDefault(Stages.SAMPLE, Set.of()).contains(id))
            .count());
    return open;
  }

  private static void put(Map<String, Long> counts, String name, long count) {
    if (count > 0) {
      counts.put(name, count);
    }
  }

  /** The places of all events of these topics. */
  List<Place> places(List<Topic<?>> topics) {
    List<Place> places = new ArrayList<>();
    for (Topic<?> topic : topics) {
      try (TopicReader<String, SpecificRecord> reader = TopicReader.events(cluster)) {
        reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
        reader.readTo(
            reader.committedEnds(),
            row -> places.add(new Place(row.topic(), row.partition(), row.offset())));
      }
    }
    return places;
  }
}
