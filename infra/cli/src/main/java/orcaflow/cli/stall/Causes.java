package orcaflow.cli.stall;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orcaflow.cli.run.DiskSpace;
import orcaflow.cli.run.Part;
import orcaflow.cli.run.Waits;
import orcaflow.events.StallCause;
import orcaflow.schemas.Cluster;
import orcaflow.stack.RegistryCheck;
import orcaflow.streams.StreamsService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Why a part stands: what is asked is the registry, the disk, the endpoints and the part's groups,
 * in this order, and the first that explains it is the cause.
 */
public final class Causes {

  private final Cluster cluster;
  private final Admin admin;
  private final Optional<Path> dir;
  private final long leastBytes;
  private final Supplier<List<Cause>> endpoints;

  /**
   * @param dir folder of the run, where it is on this machine
   * @param endpoints those of the agents that give no answers at present
   */
  public Causes(Cluster cluster, Admin admin, Optional<Path> dir, Supplier<List<Cause>> endpoints) {
    this(cluster, admin, dir, DiskSpace.LITTLE_BYTES, endpoints);
  }

  Causes(
      Cluster cluster,
      Admin admin,
      Optional<Path> dir,
      long leastBytes,
      Supplier<List<Cause>> endpoints) {
    this.cluster = cluster;
    this.admin = admin;
    this.dir = dir;
    this.leastBytes = leastBytes;
    this.endpoints = endpoints;
  }

  /** The endpoints that the run log says are waited for at present. */
  public static List<Cause> endpoints(List<Waits.Wait> waits) {
    return waits.stream()
        .filter(Waits.Wait::current)
        .map(wait -> new Cause(StallCause.ENDPOINT, wait.text()))
        .toList();
  }

  /**
   * What keeps a part from moving at present.
   *
   * @param complaint of {@link RegistryCheck}, asked once for all parts; the registry itself stands
   *     only with one
   */
  public Cause of(Part part, Optional<String> complaint) throws InterruptedException {
    Optional<Cause> common = common(complaint);
    if (common.isPresent()) {
      return common.get();
    }
    if (part.service() == Part.Service.AGENTS) {
      List<Cause> waits = endpoints.get();
      if (!waits.isEmpty()) {
        return new Cause(
            waits.get(0).kind(),
            waits.stream().map(Cause::sentence).distinct().collect(Collectors.joining("; ")));
      }
    }
    return part.service() == Part.Service.TRAINER ? silentTrainer() : members(part);
  }

  /**
   * Whether the agents wait for one at present: then a part may pass over inputs and finish none.
   */
  boolean someEndpointGivesNoAnswers() {
    return !endpoints.get().isEmpty();
  }

  /**
   * Why no rows come.
   *
   * @param idle whether nothing is under way in any part
   */
  public Cause ofRows(boolean idle, Optional<String> complaint) {
    return common(complaint)
        .orElseGet(
            () ->
                new Cause(
                    StallCause.NO_INPUT,
                    idle
                        ? "nothing is under way that could give rows: no problem comes in"
                        : "every rollout that was asked for is in and graded, and too few of them"
                            + " are decided: the iteration needs more 'problems' or fewer 'rows'"));
  }

  private Optional<Cause> common(Optional<String> complaint) {
    return complaint.map(sentence -> new Cause(StallCause.REGISTRY, sentence)).or(this::disk);
  }

  private Optional<Cause> disk() {
    return dir.flatMap(folder -> DiskSpace.of(folder).complaint(leastBytes))
        .map(sentence -> new Cause(StallCause.DISK, sentence));
  }

  private static Cause silentTrainer() {
    return new Cause(
        StallCause.SILENT,
        "no step comes: the trainer's process is gone or frozen, or one step takes that long");
  }

  private Cause members(Part part) throws InterruptedException {
    String service = part.service().name().toLowerCase(Locale.ROOT);
    return part.stages().isEmpty() ? consumers(service) : sharers(part, service);
  }

  private Cause consumers(String service) throws InterruptedException {
    String group = StreamsService.group(cluster);
    int members;
    try {
      members =
          Answers.of(admin.describeConsumerGroups(List.of(group)).all())
              .get(group)
              .members()
              .size();
    } catch (GroupIdNotFoundException none) {
      members = 0;
    }
    return members == 0 ? nobody(service, group) : silent(service, "");
  }

  private Cause sharers(Part part, String service) throws InterruptedException {
    List<String> topics = part.inputs().stream().map(topic -> topic.in(cluster.run())).toList();
    List<String> behind = new ArrayList<>();
    for (String stage : part.stages()) {
      String group = cluster.named(stage);
      SharePartitions there = SharePartitions.of(admin, group, topics);
      if (there.members() == 0) {
        return nobody(service, group);
      }
      if (!there.unassigned().isEmpty()) {
        return new Cause(
            StallCause.NO_MEMBER,
            "the brokers give %s to no member of group %s".formatted(there.unassigned(), group));
      }
      if (!there.behind().isEmpty()) {
        behind.add(there.behind());
      }
    }
    return silent(service, behind.isEmpty() ? "" : " of " + String.join(", ", behind));
  }

  private static Cause nobody(String service, String group) {
    return new Cause(
        StallCause.NO_MEMBER, "no process of the %s is in group %s".formatted(service, group));
  }

  private static Cause silent(String service, String of) {
    return new Cause(
        StallCause.SILENT,
        "a process of the %s is in its group and finishes nothing%s: it is frozen, one input takes"
                .formatted(service, of)
            + " that long, or the brokers hand it nothing");
  }
}
