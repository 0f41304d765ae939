package orcaflow.bench.contamination;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orcaflow.bench.Answering;
import orcaflow.cli.contamination.QuestionFile;
import orcaflow.schemas.alike.AlikeIndex;
import orcaflow.schemas.alike.Shingles;

/** Ours in a process of its own: every pair of problems that are alike, as admit finds them. */
final class OurDuplicates {

  private OurDuplicates() {}

  public static void main(String[] arguments) throws IOException {
    Answering.questions(
        task ->
            pairs(
                Path.of(task.get("corpus").asText()),
                new Shingles(task.get("words").asInt(), false),
                task.get("threshold").asDouble(),
                task.get("every").asInt()));
  }

  /** All pairs are found; told are how many, and those of every so many-th problem. */
  private static Map<String, Object> pairs(
      Path corpus, Shingles shingles, double threshold, int every) throws IOException {
    long began = System.nanoTime();
    AlikeIndex index = new AlikeIndex(threshold);
    long[] pairs = new long[1];
    List<String> told = new ArrayList<>();
    QuestionFile.read(
        corpus,
        (question, read, bytes) -> {
          int number = index.size();
          long[] set = shingles.of(question.text());
          index.search(
              set,
              (other, overlap) -> {
                pairs[0]++;
                if (number % every == 0) {
                  told.add(number + " " + other);
                }
              });
          index.add(set);
        });
    return Map.of("pairs", pairs[0], "told", told, "seconds", (System.nanoTime() - began) / 1e9);
  }
}
