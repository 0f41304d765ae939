package orcaflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The other side of a {@link Partner} that is a JVM: for the main method of ours in a child. */
public final class Answering {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What answers a question. */
  @FunctionalInterface
  public interface Answer {
    Object to(JsonNode question) throws Exception;
  }

  private Answering() {}

  /**
   * Answers questions until there are no more. From here on {@code System.out} is standard error,
   * so that nothing else comes between the answers.
   */
  public static void questions(Answer answer) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(JSON.writeValueAsString(answered(answer, line)));
    }
  }

  private static Object answered(Answer answer, String line) {
    try {
      return answer.to(JSON.readTree(line));
    } catch (Exception e) {
      e.printStackTrace();
      return Map.of("error", String.valueOf(e.getMessage()));
    }
  }
}
