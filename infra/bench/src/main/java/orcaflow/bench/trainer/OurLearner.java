package orcaflow.bench.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.bench.Answering;
import orcaflow.bench.Context;
import orcaflow.schemas.recipe.KtoWeights;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Batch;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.ReferenceLogProbs;
import orcaflow.trainer.objective.ReferenceModel;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;

/** Our side, in a JVM of its own. */
final class OurLearner {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Kto KTO =
      new Kto(
          new ObjectiveSpec.Kto(
              0.1, KtoLoss.KTO, Optional.of(new KtoWeights(1, 1)), 1, Optional.empty()));

  private static final Sft<?> SFT = Sft.onDemonstrations();

  private Optional<Work> work = Optional.empty();

  private OurLearner() {}

  public static void main(String[] arguments) throws IOException {
    OurLearner learner = new OurLearner();
    Answering.questions(learner::answer);
  }

  private Object answer(JsonNode question) throws IOException {
    if (work.isEmpty()) {
      work = Optional.of(new Work(JSON.treeToValue(question, Task.class)));
      return Map.of("ready", true);
    }
    return work.get().steps(question.get("steps").asInt());
  }

  /** A learner and its batches. */
  private static final class Work {
    private final boolean kto;
    private final List<List<Example>> examples = new ArrayList<>();
    private final List<List<UnpairedExample>> labelled = new ArrayList<>();
    private final Learner learner;
    private final ReferenceModel reference;
    private int step;

    Work(Task task) throws IOException {
      kto = task.kind().equals("kto");
      Path folder = Path.of(task.folder());
      StudentConfig config = StudentConfig.read(folder.resolve("config.json"));
      Weights weights = Safetensors.read(folder.resolve("model.safetensors"));
      List<Row> rows = List.of(JSON.readValue(Path.of(task.rows()).toFile(), Row[].class));
      for (int at = 0; at < rows.size(); at += task.batch()) {
        List<Row> batch = rows.subList(at, at + task.batch());
        examples.add(batch.stream().map(Row::example).toList());
        labelled.add(batch.stream().map(Row::labelled).toList());
      }
      AdamWSettings optimiser =
          new AdamWSettings(
              task.rate(),
              0,
              kto ? Schedule.LINEAR : Schedule.CONSTANT,
              0,
              task.steps(),
              0,
              0.9,
              0.999,
              1e-8,
              1);
      learner = new Learner(config, weights, optimiser);
      reference = new ReferenceModel(learner, weights, new ReferenceLogProbs(task.batch()));
    }

    Object steps(int count) {
      List<Double> losses = new ArrayList<>();
      long units = 0;
      double began = Context.cpuSeconds();
      for (int i = 0; i < count; i++, step++) {
        int batch = step % examples.size();
        StepResult result = kto ? kto(labelled.get(batch)) : SFT.step(learner, examples.get(batch));
        losses.add(result.loss());
        units += kto ? labelled.get(batch).size() : result.tokens();
      }
      return Map.of("cpu", Context.cpuSeconds() - began, "units", units, "losses", losses);
    }

    /** The reference computes each step again, as the peers' does. */
    private StepResult kto(List<UnpairedExample> rows) {
      reference.forget(rows.size());
      int[] numbers = IntStream.range(0, rows.size()).toArray();
      return KTO.step(learner, new Batch<>(rows, numbers, reference));
    }
  }
}
