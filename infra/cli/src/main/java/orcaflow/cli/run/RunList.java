package orcaflow.cli.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;

/** The runs of a cluster: a run is there where its topic of policies is. */
public final class RunList {

  private static final String GREEDY = "greedy";

  private RunList() {}

  /**
   * A run.
   *
   * @param recipe the one that it was started with last; absent where its log has none
   * @param began when its first setting was logged, ISO 8601
   * @param policies how many it has, replaced ones included
   * @param newest version of the last one
   * @param trained when the last one was published
   * @param greedy score of the policy that was evaluated last
   */
  public record Row(
      String run,
      Optional<String> recipe,
      Optional<String> began,
      int policies,
      Optional<String> newest,
      Optional<String> trained,
      Optional<Score> greedy) {}

  /**
   * Right answers of a policy to the questions of a benchmark.
   *
   * @param low of a 95 % interval
   */
  public record Score(String policy, String benchmark, double accuracy, double low, double high) {

    static Score of(Evaluation evaluation) {
      return new Score(
          evaluation.getName(),
          evaluation.getBenchmark(),
          evaluation.getAccuracy(),
          evaluation.getLow(),
          evaluation.getHigh());
    }
  }

  /** Those of a cluster, by name; a record that is no event is left out. */
  public static List<Row> of(Cluster cluster) throws InterruptedException, ExecutionException {
    String ending = "." + Topics.POLICIES.name();
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      return admin.listTopics().names().get().stream()
          .filter(topic -> topic.endsWith(ending) && topic.length() > ending.length())
          .map(topic -> topic.substring(0, topic.length() - ending.length()))
          .sorted()
          .map(run -> row(cluster.another(run)))
          .toList();
    }
  }

  /** ISO 8601, to the second. */
  private static String shown(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Row row(Cluster cluster) {
    RunLog log = RunLog.of(cluster);
    List<Policy> policies = CommittedTopic.readable(cluster, Topics.POLICIES, record -> {});
    Optional<Policy> newest = policies.stream().max(Comparator.comparing(Policy::getTime));
    return new Row(
        cluster.run(),
        log.recipe().map(RunLogEntry::getName),
        log.entries().stream()
            .map(RunLogEntry::getTime)
            .min(Comparator.naturalOrder())
            .map(RunList::shown),
        policies.size(),
        newest.map(Policy::getVersion),
        newest.map(Policy::getTime).map(RunList::shown),
        CommittedTopic.readable(cluster, Topics.EVALUATIONS, record -> {}).stream()
            .filter(evaluation -> evaluation.getMode().equals(GREEDY))
            .max(Comparator.comparing(Evaluation::getTime))
            .map(Score::of));
  }
}
