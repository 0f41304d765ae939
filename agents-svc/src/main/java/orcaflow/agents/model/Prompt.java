package orcaflow.agents.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
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

  private final String id;
  private final String system;
  private final String user;
  private final Set<String> headings;

  private Prompt(String id, String system, String user) {
    this.id = id;
    this.system = system;
    this.user = user;
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

  private String fill(String template, Map<String, String> values, Set<String> unused) {
    return VARIABLE
        .matcher(template)
        .replaceAll(
            variable -> {
              String value = values.get(variable.group(1));
              if (value == null) {
                throw new IllegalArgumentException(
                    "prompt %s wants {{%s}}".formatted(id, variable.group(1)));
              }
              unused.remove(variable.group(1));
              return Matcher.quoteReplacement(quoted(value.strip()));
            });
  }

  private String quoted(String value) {
    return value
        .lines()
        .map(line -> headings.contains(line.strip()) ? "> " + line : line)
        .collect(Collectors.joining("\n"));
  }
}
