package orcaflow.trainer.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orcaflow.events.Alarm;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.Promotion;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.trainer.Progress;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.model.PolicyFolders;
import orcaflow.trainer.model.StudentFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves the students that iterations end with, and publishes them as policies. */
final class PolicyPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyPublisher.class);

  private final String run;
  private final PolicyFolders folders;
  private final Policies policies;
  private final PolicyHandover handover;
  private final Progress progress;

  /**
   * @param folders where the policies are saved
   * @param policies of the run, to which the published ones are added
   * @param handover is given the published ones
   */
  PolicyPublisher(
      String run,
      PolicyFolders folders,
      Policies policies,
      PolicyHandover handover,
      Progress progress) {
    this.run = run;
    this.folders = folders;
    this.policies = policies;
    this.handover = handover;
    this.progress = progress;
  }

  /**
   * Publishes the result of an iteration.
   *
   * @param start the student that the iteration began with
   * @param note what became of the rows
   * @param promotion what the gate found, if it was asked
   * @param alarms that the iteration raised; they are committed with the policy
   */
  void publish(
      Iteration iteration,
      StudentFolder start,
      TrainingResult result,
      String note,
      Optional<Promotion> promotion,
      List<Alarm> alarms,
      IdempotentWriter writer) {
    Optional<Policy> parent = policies.before(iteration.getNumber());
    String version = version(iteration, result);
    Path home = folders.home(version);
    // Saved whole and then published; one that was saved before a crash is the same, bit for bit.
    if (!Files.isDirectory(home)) {
      save(start, result, parent, home);
    }
    result.collapsed().ifPresent(why -> LOG.warn("{} {}", iteration.getName(), why));
    alarms.forEach(alarm -> writer.append(Topics.ALARMS, alarm));
    publish(
        Policy.newBuilder()
            .setVersion(version)
            .setIteration(iteration.getNumber())
            .setName(iteration.getName())
            .setAlgorithm(iteration.getAlgorithm())
            .setStep(result.step())
            .setExamples(result.examples())
            .setSeconds(result.seconds())
            .setParent(parent.map(Policy::getVersion).orElse(null))
            .setWeightsHash(result.weights().hash())
            .setLocation(home.toString())
            .setCollapsed(result.collapsed().orElse(null))
            .setNote(note)
            .setTime(Instant.now())
            .setPromotion(promotion.orElse(null))
            .build(),
        writer);
    alarms.forEach(progress::alarm);
    LOG.info("{}: policy {} ({})", iteration.getName(), version, note);
  }

  /** The version under which the result of an iteration is published. */
  String version(Iteration iteration, TrainingResult result) {
    return Ids.policy(run, iteration.getName(), result.step(), result.weights().hash());
  }

  /** Publishes a policy that lies where it says. */
  void publish(Policy policy, IdempotentWriter writer) {
    writer.append(Topics.POLICIES, policy);
    writer.flush();
    handover.published(policy);
    policies.add(policy);
    progress.policy(policy);
  }

  private static void save(
      StudentFolder start, TrainingResult result, Optional<Policy> parent, Path home) {
    StudentFolder student = new StudentFolder(start.config(), result.weights(), start.tokenizer());
    Optional<Path> base = parent.map(policy -> Path.of(policy.getLocation()));
    result
        .adapter()
        .ifPresentOrElse(adapter -> student.save(home, adapter, base), () -> student.save(home));
  }
}
