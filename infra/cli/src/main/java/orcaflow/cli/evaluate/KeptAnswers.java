package orcaflow.cli.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.Ids;
import orcaflow.trainer.evaluate.AnsweringModel;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.DecodingMode;

/**
 * The answers of a model, kept in a file as they come: a line of JSON for each question and mode.
 * What the file has is not asked for again, so that an evaluation that broke off continues, and
 * answers that were paid for can be graded once more.
 */
public final class KeptAnswers implements AnsweringModel {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "key";
  private static final String ANSWERS = "answers";

  private final AnsweringModel model;
  private final String how;
  private final Map<String, List<Answer>> kept;
  private final BufferedWriter out;

  /**
   * Reads the file, if it is there.
   *
   * @param model closed with it
   * @param how whatever else the answers depend on, beside model, mode, seed and question
   * @throws IllegalArgumentException with file and line, if a line is none of its own
   */
  public KeptAnswers(AnsweringModel model, String how, Path file) throws IOException {
    this.model = model;
    this.how = how;
    this.kept = read(file);
    this.out =
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Map<String, List<Answer>> read(Path file) throws IOException {
    Map<String, List<Answer>> answers = new HashMap<>();
    if (Files.notExists(file)) {
      return answers;
    }
    String text = Files.readString(file);
    int line = 0;
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\n', from);
      line++;
      if (end < 0) {
        throw new IllegalArgumentException(
            "%s:%d: the line has no end, as if a writer was killed: delete it, and its question is asked once more"
                .formatted(file, line));
      }
      JsonNode row = row(file, line, text.substring(from, end));
      List<Answer> some = new ArrayList<>();
      row.path(ANSWERS)
          .forEach(
              answer ->
                  some.add(
                      new Answer(answer.path("text").asText(), answer.path("cut").asBoolean())));
      answers.put(row.path(KEY).asText(), some);
      from = end + 1;
    }
    return answers;
  }

  private static JsonNode row(Path file, int line, String text) {
    try {
      JsonNode row = JSON.readTree(text);
      if (row.path(KEY).isTextual() && row.path(ANSWERS).isArray()) {
        return row;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s:%d: not JSON: %s".formatted(file, line, e.getOriginalMessage()), e);
    }
    throw new IllegalArgumentException(
        "%s:%d: is no kept answer: '%s' and '%s' are missing".formatted(file, line, KEY, ANSWERS));
  }

  @Override
  public String version() {
    return model.version();
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public int atOnce(DecodingMode mode) {
    return model.atOnce(mode);
  }

  @Override
  public List<List<Answer>> answer(List<Benchmark.Item> questions, DecodingMode mode, long seed) {
    List<Benchmark.Item> open =
        questions.stream().filter(item -> !kept.containsKey(key(item, mode, seed))).toList();
    if (!open.isEmpty()) {
      try {
        keep(open, model.answer(open, mode, seed), mode, seed);
      } catch (EndpointAnswers.EndpointAway away) {
        keep(open, away.answers(), mode, seed);
        throw away;
      }
    }
    return questions.stream().map(item -> kept.get(key(item, mode, seed))).toList();
  }

  private void keep(
      List<Benchmark.Item> questions, List<List<Answer>> answers, DecodingMode mode, long seed) {
    try {
      for (int i = 0; i < questions.size(); i++) {
        if (answers.get(i) != null) {
          String key = key(questions.get(i), mode, seed);
          kept.put(key, answers.get(i));
          out.write(line(key, questions.get(i), answers.get(i), mode));
          out.write('\n');
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("answers cannot be kept: " + e.getMessage(), e);
    }
  }

  private String line(String key, Benchmark.Item item, List<Answer> answers, DecodingMode mode)
      throws JsonProcessingException {
    ObjectNode row =
        JSON.createObjectNode()
            .put(KEY, key)
            .put("model", model.version())
            .put("mode", mode.name())
            .put("question", item.question())
            .put("reference", item.answer());
    ArrayNode texts = row.putArray(ANSWERS);
    answers.forEach(
        answer -> texts.addObject().put("text", answer.text()).put("cut", answer.cut()));
    return JSON.writeValueAsString(row);
  }

  private String key(Benchmark.Item item, DecodingMode mode, long seed) {
    return Ids.hash(
        "kept-answer",
        model.version(),
        how,
        mode.name(),
        Integer.toString(mode.samples()),
        Double.toString(mode.temperature()),
        Double.toString(mode.topP()),
        Integer.toString(mode.maxTokens()),
        Long.toString(seed),
        item.id(),
        item.question());
  }

  @Override
  public Optional<String> spent() {
    return model.spent();
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      model.close();
    }
  }
}
