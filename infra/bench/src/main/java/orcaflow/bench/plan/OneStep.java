package orcaflow.bench.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import orcaflow.bench.Answering;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.ProcessStatus;
import orcaflow.schemas.recipe.KtoWeights;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Batch;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.ReferenceLogProbs;
import orcaflow.trainer.objective.ReferenceModel;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Precision;

/**
 * A learner and two steps in a JVM of its own, whose heap is there whole from the beginning: by how
 * much its memory grew at most is what they took.
 */
final class OneStep {

  private static final Path FORGET_PEAK = Path.of("/proc/self/clear_refs");

  /** So often a small step first, that the JVM's compiler and PyTorch have what they keep. */
  private static final int WARM_UP = 40;

  private static final AdamWSettings OPTIMISER =
      new AdamWSettings(1e-4, 0, Schedule.CONSTANT, 1, 10, 0, 0.9, 0.999, 1e-8, 1);

  private static final Kto KTO =
      new Kto(
          new ObjectiveSpec.Kto(
              0.1, KtoLoss.KTO, Optional.of(new KtoWeights(1, 1)), 1, Optional.empty()));

  private OneStep() {}

  public static void main(String[] arguments) throws IOException, CannotMeasure {
    Answering.questions(OneStep::answer);
  }

  private static Object answer(JsonNode question) throws IOException, CannotMeasure {
    Measured measured = Measured.valueOf(question.get("measured").asText());
    Precision.use(measured.precision().label());
    for (int i = 0; i < WARM_UP; i++) {
      step(Measured.WARM);
    }
    System.gc();
    long before = kilobytes("VmRSS");
    Files.writeString(FORGET_PEAK, "5");
    step(measured);
    long grown = 1024 * (kilobytes("VmHWM") - before);
    return Map.of("planned", measured.plan().trainingBytes(), "grown", grown);
  }

  private static void step(Measured measured) {
    StudentConfig config = measured.config();
    Weights weights = Weights.random(config, 1);
    LearnerState state =
        LearnerState.fresh(measured.lora().map(l -> l.fresh(config, 1).weights()).orElse(weights));
    Random random = new Random(2);
    List<Example> rows =
        IntStream.range(0, measured.rows()).mapToObj(n -> row(measured, random)).toList();
    List<UnpairedExample> labelled =
        rows.stream().map(example -> new UnpairedExample(example, true)).toList();
    int[] all = IntStream.range(0, rows.size()).toArray();
    try (Learner learner = new Learner(config, weights, measured.lora(), state, OPTIMISER);
        ReferenceModel reference =
            new ReferenceModel(learner, weights, new ReferenceLogProbs(rows.size()))) {
      for (int step = 0; step < 2; step++) {
        if (measured.kto()) {
          reference.forget(rows.size());
          KTO.step(learner, new Batch<>(labelled, all, reference));
        } else {
          Sft.onDemonstrations().step(learner, rows);
        }
      }
    }
  }

  private static Example row(Measured measured, Random random) {
    int vocabulary = measured.config().vocabulary();
    return new Example(new int[] {1}, random.ints(measured.length() - 1, 3, vocabulary).toArray());
  }

  private static long kilobytes(String name) throws CannotMeasure {
    return ProcessStatus.of(ProcessHandle.current().pid(), name);
  }
}
