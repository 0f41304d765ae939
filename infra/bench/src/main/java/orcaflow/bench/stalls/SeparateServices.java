package orcaflow.bench.stalls;

import java.nio.file.Path;
import java.util.Map;
import orcaflow.bench.ServiceProcess;
import orcaflow.schemas.Cluster;

/** The services of a run without an end, each as a process of its own. */
final class SeparateServices {

  private SeparateServices() {}

  static ServiceProcess streams(Path work, Cluster cluster, Path recipe) throws Exception {
    return ServiceProcess.service(
        work,
        "orcaflow.streams.StreamsMain",
        cluster,
        Map.of(
            "ORCAFLOW_RECIPE",
            recipe.toString(),
            "ORCAFLOW_STREAMS_ENGINE_STATE_DIR",
            work.resolve("streams").toString()));
  }

  static ServiceProcess trainer(Path work, Cluster cluster, Path recipe) throws Exception {
    return ServiceProcess.service(
        work,
        "orcaflow.trainer.TrainerMain",
        cluster,
        Map.of(
            "ORCAFLOW_RECIPE",
            recipe.toString(),
            "ORCAFLOW_TRAINER_DIR",
            work.resolve("trainer").toString(),
            "ORCAFLOW_TRAINER_TRAIN_OPEN_AFTER_ROWS",
            "50"));
  }

  static ServiceProcess agents(Path work, Cluster cluster, String model, String student)
      throws Exception {
    return ServiceProcess.service(
        work,
        "orcaflow.agents.AgentsMain",
        cluster,
        Map.of(
            "ORCAFLOW_EXPANSION_ROUNDS",
            "1",
            "ORCAFLOW_AGENTS_STATE_DIR",
            work.resolve("agents").toString(),
            "ORCAFLOW_AGENTS_ENDPOINTS_AGENTS_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_JUDGE_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_STUDENT_URL",
            student));
  }
}
