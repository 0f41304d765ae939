package orcaflow.bench.contamination;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import orcaflow.bench.Answering;
import orcaflow.cli.contamination.BenchmarkQuestion;
import orcaflow.cli.contamination.ContaminationCheck;
import orcaflow.cli.contamination.NearPair;
import orcaflow.cli.contamination.QuestionFile;

/** Ours in a process of its own: the report as the front door makes it. */
final class OurReport {

  private OurReport() {}

  public static void main(String[] arguments) throws IOException {
    Answering.questions(
        task ->
            flags(Path.of(task.get("benchmark").asText()), Path.of(task.get("corpus").asText())));
  }

  private static Map<String, Object> flags(Path benchmark, Path corpus) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionFile.read(benchmark, (question, read, bytes) -> questions.add(question));
    try (ContaminationCheck check = new ContaminationCheck(questions)) {
      QuestionFile.read(
          corpus, (question, read, bytes) -> check.problem(question.id(), question.text()));
      TreeSet<String> flags = new TreeSet<>();
      List<NearPair> pairs = check.pairs(done -> {});
      for (NearPair pair : pairs) {
        for (int n = 1; n <= pair.jaccard().size(); n++) {
          if (pair.jaccard().get(n - 1) > NearPair.LIMIT) {
            flags.add(pair.benchmarkId() + " " + n);
          }
        }
      }
      return Map.of("flags", flags, "pairs", pairs.size());
    }
  }
}
