package orcaflow.bench.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.bench.Answering;
import orcaflow.bench.Context;
import orcaflow.trainer.student.Example;
import orcaflow.trainer.student.KtoSettings;
import orcaflow.trainer.student.Labelled;
import orcaflow.trainer.student.Learner;
import orcaflow.trainer.student.Optimiser;
import orcaflow.trainer.student.Safetensors;
import orcaflow.trainer.student.StepResult;
import orcaflow.trainer.student.StudentConfig;
import orcaflow.trainer.student.Weights;

/** Our side, in a JVM of its own. */
final class OurLearner {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KtoSettings KTO = new KtoSettings(0.1, 1, 1);

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
    private final List<List<Labelled>> labelled = new ArrayList<>();
    private final Learner learner;
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
      Optimiser optimiser =
          new Optimiser(
              task.rate(), 0, kto ? "linear" : "constant", 0, task.steps(), 0, 0.9, 0.999, 1e-8, 1);
      learner = new Learner(config, weights, weights, optimiser);
    }

    Object steps(int count) {
      List<Double> losses = new ArrayList<>();
      long units = 0;
      double began = Context.cpuSeconds();
      for (int i = 0; i < count; i++, step++) {
        int batch = step % examples.size();
        StepResult result =
            kto ? learner.kto(labelled.get(batch), KTO) : learner.sft(examples.get(batch));
        losses.add(result.loss());
        units += kto ? labelled.get(batch).size() : result.tokens();
      }
      return Map.of("cpu", Context.cpuSeconds() - began, "units", units, "losses", losses);
    }
  }
}
