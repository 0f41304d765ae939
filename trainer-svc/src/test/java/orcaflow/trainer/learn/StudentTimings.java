package orcaflow.trainer.learn;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.LongSupplier;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.RequestOutput;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;

/**
 * Prints how fast the student of the default recipe learns and answers here; not a test. Times on a
 * busy machine say little: compare CPU seconds, and only with runs beside them.
 */
public final class StudentTimings {

  private static final StudentConfig CONFIG =
      new StudentConfig(
          480, 128, 3, 4, 2, 32, 320, 256, 10_000, 1e-5, OptionalInt.empty(), true, 1, 2, 0);

  private static final AdamWSettings OPTIMISER =
      new AdamWSettings(3e-3, 30, Schedule.COSINE, 0.05, 550, 0.01, 0.9, 0.95, 1e-8, 1);

  private final Random random = new Random(1);

  private StudentTimings() {}

  public static void main(String[] arguments) {
    new StudentTimings().print();
  }

  private void print() {
    Weights weights = Weights.random(CONFIG, 1);
    System.out.println(weights.parameters() + " parameters");
    List<Example> batch = examples(64);
    List<UnpairedExample> labelled = new ArrayList<>();
    batch.forEach(example -> labelled.add(new UnpairedExample(example, random.nextBoolean())));
    try (Trainee learner = Trainee.of(CONFIG, weights, weights, OPTIMISER)) {
      for (int round = 0; round < 3; round++) {
        time("sft, a step", 10, () -> learner.sft(batch).tokens());
      }
      Kto.Settings settings = Students.kto(0.1, 1, 1);
      time("kto, a step", 5, () -> learner.kto(labelled, settings).tokens());
    }
    try (Sampler sampler = new Sampler(CONFIG, weights)) {
      for (int round = 0; round < 3; round++) {
        time("128 greedy", 1, () -> tokens(sampler.generate(questions(128, 1, 0))));
        time("32 x 4 sampled", 1, () -> tokens(sampler.generate(questions(32, 4, 0.7))));
      }
    }
  }

  private static void time(String what, int times, LongSupplier work) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long wall = System.nanoTime();
    long cpu = system.getProcessCpuTime();
    long tokens = 0;
    for (int i = 0; i < times; i++) {
      tokens += work.getAsLong();
    }
    double wallSeconds = (System.nanoTime() - wall) / 1e9;
    double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
    System.out.printf(
        "%-16s %6.3f s wall, %6.3f s CPU, %7.0f tokens/s, %7.0f tokens/CPU-s%n",
        what, wallSeconds / times, cpuSeconds / times, tokens / wallSeconds, tokens / cpuSeconds);
  }

  private List<Example> examples(int count) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int answer = i % 2 == 0 ? 4 + random.nextInt(3) : 30 + random.nextInt(40);
      examples.add(new Example(ids(30 + random.nextInt(20)), ids(answer)));
    }
    return examples;
  }

  private List<GenerationRequest> questions(int count, int samples, double temperature) {
    List<GenerationRequest> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      questions.add(
          new GenerationRequest(ids(33 + random.nextInt(15)), samples, temperature, 0.95, i, 48));
    }
    return questions;
  }

  private int[] ids(int length) {
    return random.ints(length, 3, CONFIG.vocabulary()).toArray();
  }

  private static long tokens(List<RequestOutput> answers) {
    return answers.stream()
        .flatMap(answer -> answer.completions().stream())
        .mapToLong(ids -> ids.length)
        .sum();
  }
}
