package orcaflow.bench.agents;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import orcaflow.agents.AgentsFile;
import orcaflow.agents.AgentsService;
import orcaflow.bench.Answering;
import orcaflow.bench.CannotMeasure;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;

/** The agents' service with the one stage {@code solve}, in a process of its own. */
final class OurStage {

  private static final int PATIENCE_SECONDS = 60;

  private OurStage() {}

  /**
   * Asked once, {@code {"bootstrap", "registry", "run", "dir", "url", "concurrency", "batch"}};
   * answers when the stage is ready.
   */
  public static void main(String[] arguments) throws Exception {
    Answering.questions(
        question -> {
          AgentsService service = start(question);
          Runtime.getRuntime().addShutdownHook(new Thread(service::close));
          for (int i = 0; !service.ready(); i++) {
            if (i > PATIENCE_SECONDS * 10) {
              throw new CannotMeasure("the stage is not ready after %d s".formatted(i / 10));
            }
            Thread.sleep(100);
          }
          return Map.of();
        });
    System.exit(0);
  }

  /** The defaults but for what is measured, as a user would change them. */
  private static AgentsService start(JsonNode question) throws Exception {
    Map<String, String> changed = new HashMap<>();
    for (String stage : new String[] {"ASK_ME_ANYTHING", "SUGGEST_AND_EDIT", "SAMPLE", "JUDGE"}) {
      changed.put("ORCAFLOW_AGENTS_STAGES_" + stage + "_RUN", "false");
    }
    changed.put("ORCAFLOW_AGENTS_STAGES_SOLVE_SIZE_BATCH", question.get("batch").asText());
    changed.put(
        "ORCAFLOW_AGENTS_STATE_DIR", Path.of(question.get("dir").asText(), "state").toString());
    changed.put("ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_URL", question.get("url").asText());
    changed.put(
        "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_CONCURRENCY", question.get("concurrency").asText());
    Path file = Path.of(question.get("dir").asText(), question.get("run").asText() + ".yaml");
    Files.writeString(file, ConfigFile.resource(AgentsFile.class, "/agents.yaml"));
    AgentsFile settings = AgentsFile.read(file, changed);
    Cluster cluster =
        new Cluster(
            question.get("bootstrap").asText(),
            question.get("registry").asText(),
            question.get("run").asText());
    return AgentsService.start(cluster, settings.agents(), settings.expansion());
  }
}
