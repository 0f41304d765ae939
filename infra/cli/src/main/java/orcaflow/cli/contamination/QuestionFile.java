package orcaflow.cli.contamination;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads questions from JSONL, gzipped where the name ends in {@code .gz}: {@code question}, and
 * {@code id} if there is one. Blank lines are passed over; one bad row and the file is refused, for
 * a report over part of a file would be read as one over the whole.
 */
public final class QuestionFile {

  /** Says in one sentence which file, line and key is wrong. */
  public static final class BadQuestionFile extends IOException {
    private static final long serialVersionUID = 1L;

    BadQuestionFile(String sentence) {
      super(sentence);
    }
  }

  /** Takes the questions, one after the other. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @param bytesRead how far the file was read, of {@code bytes} in all
     */
    void take(BenchmarkQuestion question, long bytesRead, long bytes);
  }

  private static final ObjectReader JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .readerFor(JsonNode.class);

  private QuestionFile() {}

  /**
   * Hands every question to {@code reader}.
   *
   * @throws BadQuestionFile when the file is not there, holds no question or has a row that cannot
   *     be used
   */
  public static void read(Path file, Reader reader) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadQuestionFile("%s: there is no such file".formatted(file));
    }
    long line = 1;
    try (FileChannel channel = FileChannel.open(file);
        InputStream bytes = Channels.newInputStream(channel);
        InputStream plain =
            file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
        // A decoder of its own: the reader made from a charset alone would replace what is bad.
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()), 1 << 16)) {
      boolean found = false;
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        if (!text.isBlank()) {
          reader.take(question(file, line, text), channel.position(), channel.size());
          found = true;
        }
        line++;
      }
      if (!found) {
        throw new BadQuestionFile("%s: there are no questions in it".formatted(file));
      }
    } catch (CharacterCodingException e) {
      throw new BadQuestionFile("%s: not UTF-8 at line %d or soon after".formatted(file, line));
    } catch (ZipException | EOFException e) {
      throw new BadQuestionFile("%s: not a whole gzip file: %s".formatted(file, e.getMessage()));
    }
  }

  private static BenchmarkQuestion question(Path file, long line, String text)
      throws BadQuestionFile {
    JsonNode row;
    try {
      row = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BadQuestionFile(
          "%s:%d: not JSON: %s"
              .formatted(file, line, e.getOriginalMessage().lines().findFirst().orElse("")));
    }
    if (!row.isObject()) {
      throw new BadQuestionFile("%s:%d: not a JSON object".formatted(file, line));
    }
    JsonNode question = row.path("question");
    if (!question.isTextual() || question.asText().isBlank()) {
      throw new BadQuestionFile(
          "%s:%d: question is %s, not a text"
              .formatted(file, line, question.isMissingNode() ? "missing" : shown(question)));
    }
    JsonNode id = row.path("id");
    if (!id.isMissingNode() && !id.isNull() && !id.isTextual() && !id.isNumber()) {
      throw new BadQuestionFile(
          "%s:%d: id is %s, not a text or a number".formatted(file, line, shown(id)));
    }
    String named = id.asText("");
    return new BenchmarkQuestion(
        id.isNull() || named.isBlank() ? "line " + line : named, line, question.asText());
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
