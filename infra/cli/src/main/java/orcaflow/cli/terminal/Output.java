package orcaflow.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a command prints, and {@code -o json} where it prints facts. */
public final class Output {

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  enum Format {
    TEXT,
    JSON
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Format format;

  public boolean json() {
    return format == Format.JSON;
  }

  /** One line: of text, or of JSON, where the escapes of {@link Printable} are JSON's own. */
  public void line(Object facts, String text) throws JsonProcessingException {
    text(json() ? Printable.text(JSON.writeValueAsString(facts)) : text);
  }

  /** Lines of text, or the facts as JSON that is laid out to be read. */
  public void block(Object facts, String text) throws JsonProcessingException {
    text(json() ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts) : text);
  }

  /**
   * Rows under a heading, or one array of their facts, a line each.
   *
   * @param facts of a row, for JSON
   * @param text a row as a line
   */
  public <T> void rows(String heading, List<T> rows, Function<T, ?> facts, Function<T, String> text)
      throws JsonProcessingException {
    if (json()) {
      array(rows.stream().map(facts).toList());
      return;
    }
    text(heading);
    rows.forEach(row -> text(text.apply(row)));
  }

  /** One JSON array, an element a line. */
  public void array(List<?> facts) throws JsonProcessingException {
    List<String> lines = new ArrayList<>();
    for (Object each : facts) {
      lines.add(Printable.text(JSON.writeValueAsString(each)));
    }
    text(lines.isEmpty() ? "[]" : "[" + String.join(",%n".formatted(), lines) + "]");
  }

  /** A value as JSON and YAML write it, for example the word of an enum. */
  public static String word(Object value) {
    return JSON.valueToTree(value).asText();
  }

  /** Differences, a line each, or one array; the exit status says whether there are any. */
  public <T> int differences(List<T> differences, Function<T, String> sentence)
      throws JsonProcessingException {
    if (json()) {
      array(differences);
    } else if (differences.isEmpty()) {
      text("no differences");
    } else {
      differences.forEach(difference -> text(sentence.apply(difference)));
    }
    return differences.isEmpty() ? 0 : 1;
  }

  /** A line whatever the format. */
  public void text(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
