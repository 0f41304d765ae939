package orcaflow.bench.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orcaflow.bench.Answering;
import orcaflow.bench.Context;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;

/** Ours in a process of its own: the matcher on every text of a file. */
final class OurVerdicts {

  private static final ObjectMapper JSON = new ObjectMapper();

  private OurVerdicts() {}

  public static void main(String[] arguments) throws IOException {
    Answering.questions(OurVerdicts::grade);
  }

  private static Map<String, Object> grade(JsonNode task) throws IOException {
    List<String[]> texts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(task.get("file").asText()))) {
      JsonNode row = JSON.readTree(line);
      texts.add(new String[] {row.get("reference").asText(), row.get("completion").asText()});
    }
    List<Boolean> right = List.of();
    double begin = Context.cpuSeconds();
    for (int pass = 0; pass < task.get("passes").asInt(); pass++) {
      right =
          texts.stream()
              .map(text -> AnswerMatcher.compare(text[0], text[1]).verdict() == VerdictValue.MATCH)
              .toList();
    }
    return Map.of("right", right, "seconds", Context.cpuSeconds() - begin);
  }
}
