package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;

/** Native memory stays where it is, step after step. */
class MemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  void trainingAndSamplingKeepNoNativeMemory() throws IOException {
    assumeTrue(Files.exists(STATUS), "SKIPPED: no " + STATUS + " to read the memory from");
    Weights weights = Students.lively(Students.TINY, 1);
    try (Trainee learner = Trainee.of(Students.TINY, weights, weights, Students.QUICK);
        Sampler sampler = new Sampler(Students.TINY, weights)) {
      rounds(learner, sampler, 30);
      long before = residentKilobytes();
      rounds(learner, sampler, 120);
      // Graphs left behind would come to several times this.
      assertThat(residentKilobytes() - before).isLessThan(24 * 1024);
    }
  }

  private static void rounds(Trainee learner, Sampler sampler, int rounds) {
    List<Example> examples = Students.examples(16, 1);
    List<UnpairedExample> labelled = Students.labelled(16, 1);
    GenerationRequest question = new GenerationRequest(new int[] {1, 5, 6}, 4, 1, 0.9, 1, 10);
    for (int round = 0; round < rounds; round++) {
      learner.sft(examples);
      learner.kto(labelled, Students.kto(0.1, 1, 1));
      sampler.generate(List.of(question));
    }
    System.gc();
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
