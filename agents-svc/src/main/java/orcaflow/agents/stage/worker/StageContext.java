package orcaflow.agents.stage.worker;

import io.vertx.core.Context;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.service.MonitoringServer;
import org.apache.avro.specific.SpecificRecord;

/**
 * Everything that the workers of one stage share.
 *
 * @param finishedInputs inputs with an outcome, of all stages
 * @param claims inputs that the workers of this process have at present
 * @param agentContext the Vert.x context on which the agent runs
 * @param releaseRule when a batch goes back to the share group
 * @param spans of what is settled, where spans are sent
 */
record StageContext<I extends SpecificRecord>(
    Cluster cluster,
    Stage<I> stage,
    FinishedInputs finishedInputs,
    InputClaims claims,
    Context agentContext,
    ReleaseRule releaseRule,
    StageMeters meters,
    MonitoringServer monitoring,
    WorkSpans<I> spans) {

  /** A new member of the stage's share group, which acquires at most a batch. */
  ShareInbox<I> openInbox(String laneId, int batch) {
    return new ShareInbox<>(cluster, stage, laneId, batch);
  }

  /** A new writer, which fences the predecessor with the same id. */
  OutcomeWriter openOutcomeWriter(String workerId) {
    return new OutcomeWriter(cluster, stage, workerId);
  }

  /** A new, empty batch. */
  WorkBatch<I> newBatch() {
    return new WorkBatch<>(stage, finishedInputs::contains, claims, agentContext, spans);
  }
}
