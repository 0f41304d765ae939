package orcaflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A child process that is asked in lines of JSON on its standard input and answers each with one
 * line of JSON on its standard output. What it writes to standard error goes to a log file. It
 * stays alive between questions, so that it can be measured in turns with something else.
 */
public final class Partner implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LAST_LINES = 5;

  private final String name;
  private final Path log;
  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;

  private Partner(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param name for messages
   */
  static Partner start(String name, List<String> command, Path log) throws CannotMeasure {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    try {
      return new Partner(name, log, builder.start());
    } catch (IOException e) {
      throw new CannotMeasure(name + " cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Asks and waits for the answer.
   *
   * @param question anything that Jackson writes as JSON
   * @throws CannotMeasure if it answers {@code {"error": sentence}}, nothing, or no JSON
   */
  public JsonNode ask(Object question) throws CannotMeasure {
    send(question);
    return answer();
  }

  /**
   * Asks and does not wait, so that two partners can work at a time; then comes {@link #answer}.
   */
  public void send(Object question) throws CannotMeasure {
    try {
      questions.write(JSON.writeValueAsString(question));
      questions.write('\n');
      questions.flush();
    } catch (IOException e) {
      throw new CannotMeasure(name + " cannot be asked: " + e.getMessage() + lastWords(), e);
    }
  }

  /** Waits for the answer to what was sent. */
  public JsonNode answer() throws CannotMeasure {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new CannotMeasure(name + " ended without an answer" + lastWords());
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.hasNonNull("error")) {
        throw new CannotMeasure(name + " says: " + answer.get("error").asText());
      }
      return answer;
    } catch (IOException e) {
      throw new CannotMeasure(name + " did not answer: " + e.getMessage() + lastWords(), e);
    }
  }

  /** CPU-seconds it has used so far, on all its threads; to a hundredth. */
  public double cpuSeconds() throws CannotMeasure {
    return process
            .info()
            .totalCpuDuration()
            .orElseThrow(
                () -> new CannotMeasure("this system does not tell the CPU time of " + name))
            .toNanos()
        / 1e9;
  }

  /** Bytes of memory it occupies now. */
  public long residentBytes() throws CannotMeasure {
    return memory("VmRSS");
  }

  /** The most bytes of memory it ever occupied. */
  public long peakResidentBytes() throws CannotMeasure {
    return memory("VmHWM");
  }

  private long memory(String which) throws CannotMeasure {
    return ProcessStatus.of(process.pid(), which) * 1024;
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      String end =
          String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
      return end.isBlank() ? "" : "; the end of " + log + ":\n" + end;
    } catch (IOException e) {
      return "; its log " + log + " cannot be read";
    }
  }

  /** Closes its input, after which it should end; ends it if it does not. */
  @Override
  public void close() {
    try {
      questions.close();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
