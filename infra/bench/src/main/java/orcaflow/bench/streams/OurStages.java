package orcaflow.bench.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orcaflow.bench.Answering;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.streams.StreamsConfig;
import orcaflow.streams.StreamsService;

/** The service as it runs beside a broker, in a process of its own. */
public final class OurStages {

  /** Every problem is due in the second iteration; the paper's pairs, but nothing borrowed. */
  private static final String RECIPE =
      """
      name: bench
      seed: 1
      expansion: { askShare: 0, rounds: 0 }
      student: { hidden: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 64, context: 64, words: 100 }
      rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 64 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 64 }
      labelling: paper-no-synthetic
      iterations:
        - { name: M1, algorithm: sft, steps: 1, batch: 1, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, weightDecay: 0, beta2: 0.95, clip: 1 }
        - { name: M2, algorithm: dpo, share: 1.0, steps: 1, batch: 2, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, beta: 0.1, weightDecay: 0, beta2: 0.95, clip: 1 }
      """;

  private OurStages() {}

  /** Started with {@code {"bootstrap", "registry", "run", "dir"}}. */
  public static void main(String[] arguments) throws Exception {
    List<StreamsService> running = new ArrayList<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(StreamsService::close)));
    Answering.questions(
        question -> {
          running.add(start(question));
          return Map.of("port", running.get(0).monitoringPort());
        });
    running.forEach(StreamsService::close);
  }

  private static StreamsService start(JsonNode question) {
    Cluster cluster =
        new Cluster(
            question.get("bootstrap").asText(),
            question.get("registry").asText(),
            question.get("run").asText());
    Recipe recipe = ConfigFile.parse("bench", RECIPE, Recipe.class, "", Map.of());
    Path dir = Path.of(question.get("dir").asText());
    return StreamsService.start(cluster, StreamsConfig.embedded(dir), recipe, List.of());
  }
}
