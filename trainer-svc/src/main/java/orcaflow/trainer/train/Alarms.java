package orcaflow.trainer.train;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.Alarm;
import orcaflow.events.AlarmKind;
import orcaflow.events.Iteration;
import orcaflow.schemas.Ids;
import orcaflow.trainer.evaluate.Drift;

/** What an iteration raised alarms about. */
final class Alarms {

  private static final String DROPPED = "the weights were dropped, the best ones before them stay";
  private static final String KEPT = "the weights were kept: they are surely better";
  private static final String STOPPED = "training stopped early, with the weights of the best step";

  private Alarms() {}

  /**
   * The alarms of an iteration.
   *
   * @param version of the policy that it publishes
   * @param drifts how its answers changed
   * @param promoted whether its weights are the policy's
   * @param collapsed why training stopped before its last step, if it did
   */
  static List<Alarm> of(
      Iteration iteration,
      String version,
      List<Drift> drifts,
      boolean promoted,
      Optional<String> collapsed) {
    List<Alarm> alarms = new ArrayList<>();
    drifts.forEach(
        drift ->
            alarms.add(
                alarm(iteration, version, drift.kind())
                    .setBefore(drift.before())
                    .setAfter(drift.after())
                    .setSentence(drift.sentence())
                    .setCause(drift.cause())
                    .setAction(promoted ? KEPT : DROPPED)
                    .build()));
    collapsed.ifPresent(
        why ->
            alarms.add(
                alarm(iteration, version, AlarmKind.REWARD)
                    .setSentence(why)
                    .setCause(
                        "desirable and undesirable rows were pushed down together: a learning rate"
                            + " that is too high, or a student that is too weak for KTO")
                    .setAction(STOPPED)
                    .build()));
    return alarms;
  }

  private static Alarm.Builder alarm(Iteration iteration, String version, AlarmKind kind) {
    return Alarm.newBuilder()
        .setId(Ids.alarm(version, kind))
        .setIteration(iteration.getName())
        .setPolicyVersion(version)
        .setKind(kind)
        .setTime(Instant.now());
  }
}
