package orcaflow.cli.heldout;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.SeedProblem;
import orcaflow.agents.seed.SeedSurvey;
import orcaflow.service.AtomicFile;

/** Questions with known answers as a file that evaluations read: JSON Lines, each with its id. */
public final class BenchmarkFile {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLAIN_FORM = "question/answer";
  private static final Set<String> PLAIN_KINDS = Set.of("JSON Lines", "JSON Lines, gzip");

  private BenchmarkFile() {}

  /**
   * A benchmark in any form that seeds may have. JSON Lines of question and answer stay the file
   * that they are; of others the questions are written into a folder, and what is left out is said.
   *
   * @param folder for the file, if one is written
   * @param say takes sentences for the user
   * @throws IllegalArgumentException in one sentence, if no row has a question and an answer
   * @throws orcaflow.agents.seed.Seeding.BadSeedFile if the file cannot be read, with file and line
   */
  public static Path of(Path given, Path folder, Consumer<String> say) throws IOException {
    SeedInput input = SeedInput.of(given);
    SeedSurvey survey = SeedSurvey.of(input, OptionalLong.empty());
    if (PLAIN_KINDS.containsAll(survey.kinds()) && Set.of(PLAIN_FORM).containsAll(forms(survey))) {
      return given;
    }
    Map<String, SeedProblem> questions = new LinkedHashMap<>();
    SeedProblem.of(input).stream()
        .filter(problem -> problem.answer().isPresent())
        .forEach(problem -> questions.putIfAbsent(problem.id(), problem));
    if (questions.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: none of its %,d rows has a question and an answer%s"
              .formatted(given, survey.rows(), firstBad(survey)));
    }
    say.accept(
        "%s is the benchmark: %,d questions (%s; %s) of %,d rows; %,d are bad, %,d have no answer%s"
            .formatted(
                given.getFileName(),
                questions.size(),
                String.join(", ", survey.kinds()),
                String.join(", ", forms(survey)),
                survey.rows(),
                survey.bad(),
                survey.open(),
                firstBad(survey)));
    return write(
        List.copyOf(questions.values()),
        folder.resolve("benchmark-of-" + stem(given.getFileName().toString()) + ".jsonl"));
  }

  private static Set<String> forms(SeedSurvey survey) {
    return survey.forms().keySet();
  }

  private static String firstBad(SeedSurvey survey) {
    return survey.firstBad().isEmpty() ? "" : "; first: " + survey.firstBad().get(0);
  }

  /** The name of a file without its endings. */
  public static String stem(String name) {
    return name.replaceFirst("\\..*$", "");
  }

  /** Writes questions, all of which have answers. */
  public static Path write(List<SeedProblem> questions, Path file) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (SeedProblem problem : questions) {
      rows.append(
              JSON.writeValueAsString(
                  new TreeMap<>(
                      Map.of(
                          "id", problem.id(),
                          "question", problem.question(),
                          "answer", problem.answer().orElseThrow()))))
          .append('\n');
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFile.write(file, rows.toString().getBytes(StandardCharsets.UTF_8));
    return file;
  }
}
