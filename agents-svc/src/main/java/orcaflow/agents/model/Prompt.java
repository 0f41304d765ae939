package orcaflow.agents.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.schemas.Ids;

/**
 * A versioned prompt: a system message, a line {@code ---}, and a user message with variables.
 * Events carry its id, {@code name@contenthash}.
 *
 * <p>Values are data. Each variable stands alone between two lines of a fence, such as {@code
 * <problem-{{fence}}>} and {@code </problem-{{fence}}>}, whose mark no value contains. Values are
 * shown as {@link VisibleText}. The system message is the same for all values and says that what is
 * fenced is no instruction.
 */
public final class Prompt {

  /** Maximum characters of a value; by default, admission permits problems of a third of it. */
  static final int LONGEST_VALUE = 12_000;

  private static final Pattern FENCED =
      Pattern.compile("(?m)^<([a-z]+)-\\{\\{fence}}>\\n\\{\\{\\1}}\\n</\\1-\\{\\{fence}}>$");
  private static final String VARIABLE = "{{";
  private static final String DIVIDER = "\n---\n";

  private final String id;
  private final String system;
  private final String user;
  private final TreeSet<String> names;
  private final Optional<ReplyForm> form;

  private Prompt(String id, String system, String user, Optional<ReplyForm> form) {
    this.id = id;
    this.form = form;
    this.system = system;
    this.user = user;
    this.names =
        FENCED
            .matcher(user)
            .results()
            .map(fenced -> fenced.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    if ((system + FENCED.matcher(user).replaceAll("")).contains(VARIABLE)) {
      throw new IllegalArgumentException("prompt %s has a variable without a fence".formatted(id));
    }
  }

  /**
   * Loads {@code prompts/<name>.txt} from the class path.
   *
   * @param name stage, role and version, such as {@code solve/teacher.v2}
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
        text.substring(divider + DIVIDER.length()).strip(),
        Optional.empty());
  }

  /** The same prompt, whose reply may be a JSON object of this form. */
  public Prompt repliedIn(ReplyForm form) {
    return new Prompt(id, system, user, Optional.of(form));
  }

  public String id() {
    return id;
  }

  Optional<ReplyForm> form() {
    return form;
  }

  /**
   * Renders the messages.
   *
   * @throws IllegalArgumentException if the names of the values are not those of the variables
   */
  public List<Message> render(Map<String, String> values) {
    if (!names.equals(values.keySet())) {
      throw new IllegalArgumentException(
          "prompt %s has places for %s, and %s is given"
              .formatted(id, names, new TreeSet<>(values.keySet())));
    }
    TreeMap<String, String> shown = new TreeMap<>(values);
    shown.replaceAll((name, value) -> VisibleText.of(value, LONGEST_VALUE));
    String tag = Fence.tag(shown.values());
    return List.of(
        Message.system(system),
        Message.user(
            FENCED
                .matcher(user)
                .replaceAll(
                    fenced ->
                        Matcher.quoteReplacement(
                            fence(fenced.group(1), shown.get(fenced.group(1)), tag)))));
  }

  private static String fence(String name, String value, String tag) {
    return "<%s-%s>\n%s\n</%s-%s>".formatted(name, tag, value, name, tag);
  }
}
