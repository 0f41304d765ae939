package orcaflow.cli.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orcaflow.cli.contamination.BenchmarkQuestion;
import orcaflow.cli.contamination.QuestionFile;
import orcaflow.schemas.Ids;

/**
 * Questions that the problems of a version are compared with.
 *
 * @param file its name, without folders
 * @param hash SHA-256 of the file
 */
public record Benchmark(String file, String hash, List<BenchmarkQuestion> questions) {

  public Benchmark {
    questions = List.copyOf(questions);
  }

  /**
   * Reads a question file.
   *
   * @throws QuestionFile.BadQuestionFile naming file, line and key
   */
  public static Benchmark read(Path file) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionFile.read(file, (question, read, bytes) -> questions.add(question));
    return new Benchmark(
        file.getFileName().toString(), Ids.contentHash(Files.readAllBytes(file)), questions);
  }
}
