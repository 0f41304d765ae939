package orcaflow.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/** The catalogue's topics and schemas in a real cluster and registry: compared, and made so. */
public final class TopicCatalogue implements AutoCloseable {

  private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Admin admin;
  private final SchemaSubjects subjects;
  private final String run;
  private final List<TopicPlan> plans;

  private TopicCatalogue(Cluster cluster, List<TopicPlan> plans) {
    this.admin = Admin.create(cluster.clientSettings());
    this.subjects = new SchemaSubjects(cluster);
    this.run = cluster.run();
    this.plans = plans;
  }

  /**
   * What the cluster lacks or has otherwise.
   *
   * @param partitions of the topics of the flow
   * @return empty when all is as the catalogue says
   */
  public static List<Difference> diff(Cluster cluster, int partitions) {
    try (TopicCatalogue catalogue =
        new TopicCatalogue(cluster, TopicPlan.of(cluster.run(), partitions))) {
      return catalogue.differences();
    }
  }

  /**
   * Creates missing topics, corrects settings, registers schemas. Done again it changes nothing.
   * Topics the catalogue does not know are left alone. New topics take records when this returns.
   *
   * @param partitions of the topics of the flow
   * @param replication copies of each partition
   * @return the differences that it settled
   * @throws StackException if a topic has another number of partitions (then nothing is changed),
   *     or a schema is not compatible with those registered
   */
  public static List<Difference> apply(Cluster cluster, int partitions, int replication) {
    return apply(cluster, TopicPlan.of(cluster.run(), partitions), replication);
  }

  /** The same for some of the topics. */
  static List<Difference> apply(Cluster cluster, List<TopicPlan> plans, int replication) {
    try (TopicCatalogue catalogue = new TopicCatalogue(cluster, plans)) {
      return catalogue.settle((short) replication);
    }
  }

  @Override
  public void close() {
    admin.close();
    subjects.close();
  }

  private List<Difference> settle(short replication) {
    List<Difference> differences = differences();
    of(differences, Difference.OtherPartitions.class).stream()
        .findFirst()
        .ifPresent(
            other -> {
              throw new StackException(
                  other.sentence()
                      + "; records of a key would move, so take that many or another run");
            });
    create(of(differences, Difference.MissingTopic.class), replication);
    correct(of(differences, Difference.OtherSetting.class));
    register(differences);
    List<Difference> settled =
        differences.stream()
            .filter(difference -> !(difference instanceof Difference.UnknownTopic))
            .toList();
    awaitVisible(
        settled.stream()
            .filter(
                difference ->
                    difference instanceof Difference.MissingTopic
                        || difference instanceof Difference.OtherSetting)
            .toList());
    awaitLeaders(of(settled, Difference.MissingTopic.class));
    return settled;
  }

  /** The controller accepts a change a moment before the brokers show it. */
  private void awaitVisible(List<Difference> changes) {
    long deadline = System.nanoTime() + VISIBLE_LIMIT.toNanos();
    while (differences(topics(), Map.of()).stream().anyMatch(changes::contains)) {
      if (System.nanoTime() > deadline) {
        throw new StackException(
            "the brokers do not show the changed topics within %d s"
                .formatted(VISIBLE_LIMIT.toSeconds()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void awaitLeaders(List<Difference.MissingTopic> created) {
    Map<String, TopicPlan> byName = plansByName();
    PartitionLeaders.await(
        admin,
        created.stream()
            .map(difference -> byName.get(difference.topic()))
            .collect(Collectors.toMap(TopicPlan::name, TopicPlan::partitions)));
  }

  private Map<String, TopicPlan> plansByName() {
    return plans.stream().collect(Collectors.toMap(TopicPlan::name, plan -> plan));
  }

  private void create(List<Difference.MissingTopic> missing, short replication) {
    Map<String, TopicPlan> byName = plansByName();
    List<NewTopic> topics =
        missing.stream()
            .map(difference -> byName.get(difference.topic()))
            .map(
                plan ->
                    new NewTopic(plan.name(), plan.partitions(), replication)
                        .configs(plan.settings()))
            .toList();
    await(admin.createTopics(topics).all(), "topics could not be created");
  }

  private void correct(List<Difference.OtherSetting> others) {
    Map<ConfigResource, List<AlterConfigOp>> corrections =
        others.stream()
            .collect(
                Collectors.groupingBy(
                    other -> topic(other.topic()),
                    Collectors.mapping(
                        other ->
                            new AlterConfigOp(
                                new ConfigEntry(other.setting(), other.wanted()),
                                AlterConfigOp.OpType.SET),
                        Collectors.toList())));
    await(
        admin.incrementalAlterConfigs(Map.copyOf(corrections)).all(),
        "topic settings could not be changed");
  }

  private void register(List<Difference> differences) {
    List<String> wanted = new ArrayList<>();
    of(differences, Difference.MissingSchema.class).forEach(d -> wanted.add(d.subject()));
    of(differences, Difference.OtherSchema.class).forEach(d -> wanted.add(d.subject()));
    plans.stream()
        .filter(plan -> wanted.contains(plan.subject()))
        .forEach(plan -> subjects.register(plan.subject(), plan.schema().orElseThrow()));
  }

  private List<Difference> differences() {
    List<String> ours =
        plans.stream().filter(plan -> plan.schema().isPresent()).map(TopicPlan::subject).toList();
    return differences(topics(), subjects.newest(ours));
  }

  private List<Difference> differences(
      Map<String, ClusterState.Found> topics, Map<String, ClusterState.Registered> schemas) {
    return new ClusterState(topics, schemas).differencesFrom(plans);
  }

  private Map<String, ClusterState.Found> topics() {
    List<String> names =
        await(admin.listTopics().names(), "topics could not be listed").stream()
            .filter(name -> name.startsWith(run + "."))
            .toList();
    Map<String, TopicDescription> descriptions =
        await(admin.describeTopics(names).allTopicNames(), "topics could not be described");
    Map<String, ClusterState.Found> found = new HashMap<>();
    await(
            admin.describeConfigs(names.stream().map(TopicCatalogue::topic).toList()).all(),
            "topic settings could not be read")
        .forEach(
            (resource, config) ->
                found.put(
                    resource.name(),
                    new ClusterState.Found(
                        descriptions.get(resource.name()).partitions().size(),
                        config.entries().stream()
                            .filter(entry -> entry.value() != null)
                            .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)))));
    return found;
  }

  private static <D extends Difference> List<D> of(List<Difference> all, Class<D> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static <T> T await(KafkaFuture<T> future, String otherwise) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new StackException(otherwise + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(otherwise + ": interrupted", e);
    }
  }
}
