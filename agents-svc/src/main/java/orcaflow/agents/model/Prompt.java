package orcaflow.agents.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.schemas.Ids;

/**
 * A versioned prompt: a system message, a line {@code ---}, and a user message whose sections each
 * have a heading alone on its line. Events carry its id, {@code name@contenthash}.
 *
 * <p>Values are data. A line of a value that equals one of the prompt's own headings is quoted with
 * {@code > }, so that a text cannot pretend to be another section.
 */
public final class Prompt {

  private static final Pattern VARIABLE = Pattern.compile("\\{\\{([a-zA-Z]+)}}");
  private static final Pattern HEADING = Pattern.compile("(?m)^[A-Z][A-Za-z ]*:$");
  private static final String DIVIDER = "\n---\n";

  /** Text, and the variable that follows it. */
  private record Piece(String text, Optional<String> variable) {}

  private final String id;
  private final List<Piece> system;
  private final List<Piece> user;
  private final Set<String> headings;

  private Prompt(String id, String system, String user) {
    this.id = id;
    this.system = pieces(system);
    this.user = pieces(user);
    this.headings =
        HEADING.matcher(user).results().map(match -> match.group()).collect(Collectors.toSet());
  }

  /**
   * Loads {@code prompts/<name>.txt} from the class path.
   *
   * @param name stage, role and version, such as {@code solve/teacher.v1}
   */
  public static Prompt load(String name) {
    String resource = "/prompts/" + name + ".txt";
    try (InputStream in = Prompt.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no prompt %s".formatted(resource));
      }
      return of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Prompt of(String name, String text) {
    int divider = text.indexOf(DIVIDER);
    if (divider < 0) {
      throw new IllegalArgumentException("prompt %s has no line '---'".formatted(name));
    }
    return new Prompt(
        Ids.named(name, Ids.contentHash(text)),
        text.substring(0, divider).strip(),
        text.substring(divider + DIVIDER.length()).strip());
  }

  /** Cut once: a search for variables would go over the whole prompt for every problem. */
  private static List<Piece> pieces(String template) {
    List<Piece> pieces = new ArrayList<>();
    int end = 0;
    for (MatchResult variable : VARIABLE.matcher(template).results().toList()) {
      pieces.add(
          new Piece(template.substring(end, variable.start()), Optional.of(variable.group(1))));
      end = variable.end();
    }
    pieces.add(new Piece(template.substring(end), Optional.empty()));
    return pieces;
  }

  public String id() {
    return id;
  }

  /**
   * Renders the messages.
   *
   * @throws IllegalArgumentException if the names of the values are not those of the variables
   */
  public List<Message> render(Map<String, String> values) {
    Set<String> unused = new HashSet<>(values.keySet());
    List<Message> messages =
        List.of(
            new Message("system", fill(system, values, unused)),
            new Message("user", fill(user, values, unused)));
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException("prompt %s has no place for %s".formatted(id, unused));
    }
    return messages;
  }

  private String fill(List<Piece> template, Map<String, String> values, Set<String> unused) {
    StringBuilder filled = new StringBuilder();
    for (Piece piece : template) {
      filled.append(piece.text());
      piece.variable().ifPresent(name -> filled.append(quoted(value(name, values))));
      piece.variable().ifPresent(unused::remove);
    }
    return filled.toString();
  }

  private String value(String name, Map<String, String> values) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("prompt %s wants {{%s}}".formatted(id, name));
    }
    return value.strip();
  }

  private String quoted(String value) {
    return value
        .lines()
        .map(line -> headings.contains(line.strip()) ? "> " + line : line)
        .collect(Collectors.joining("\n"));
  }
}
