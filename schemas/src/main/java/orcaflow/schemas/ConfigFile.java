package orcaflow.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a YAML file into a record tree. The records check themselves in their compact constructors;
 * here the file, the key and the sentence are put together. Unknown keys are errors. A value may be
 * overridden from the environment: {@code PREFIX_STUDENT_URL} sets {@code student.url}. Settings of
 * clients may also be added from there: {@code PREFIX_CLUSTER_KAFKA_SASL_MECHANISM} sets {@code
 * sasl.mechanism} in {@code cluster.kafka}, where the file has that map, if only as <code>{}</code>
 * .
 */
public final class ConfigFile {

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .registerModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private static final String CLIENT_SETTINGS = "kafka";

  private ConfigFile() {}

  /** A file that cannot be used, in one sentence. */
  public static final class BadConfig extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadConfig(String message) {
      super(message);
    }

    BadConfig(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads {@code file} as a {@code type}, the environment having the last word.
   *
   * @throws BadConfig naming file, line or key, and value
   */
  public static <T> T read(
      Path file, Class<T> type, String prefix, Map<String, String> environment) {
    return parse(file.toString(), text(file), type, prefix, environment);
  }

  /**
   * The text of a file.
   *
   * @throws BadConfig if it is not there or cannot be read
   */
  public static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BadConfig("%s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new BadConfig("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads a text named {@code name} in messages. */
  public static <T> T parse(
      String name, String text, Class<T> type, String prefix, Map<String, String> environment) {
    try {
      JsonNode tree = YAML.readTree(text);
      if (!(tree instanceof ObjectNode root)) {
        throw new BadConfig("%s: expected keys and values".formatted(name), null);
      }
      Set<String> taken = new HashSet<>();
      override(root, prefix, environment, taken);
      refuseUnknown(name, root, prefix, environment.keySet(), taken);
      return YAML.treeToValue(root, type);
    } catch (JsonMappingException e) {
      throw new BadConfig("%s: %s%s".formatted(name, at(e), sentence(e)), e);
    } catch (JsonProcessingException e) {
      throw new BadConfig(
          "%s:%d: %s"
              .formatted(
                  name,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    }
  }

  /**
   * The text of a file that is part of a module, such as the commented YAML of its defaults.
   *
   * @param module a class of the module
   * @param name absolute, with a leading {@code /}
   * @throws IllegalStateException if this build lacks the file
   */
  public static String resource(Class<?> module, String name) {
    try (InputStream in = module.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read from this build", e);
    }
  }

  /**
   * What a record checks itself with: the sentence about a key that it cannot take.
   *
   * @param value as it was found; null where it is missing
   * @param wanted what to give instead
   */
  public static void require(boolean holds, String key, Object value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(
          value == null
              ? "%s is missing: give %s".formatted(key, wanted)
              : "%s is '%s': give %s".formatted(key, value, wanted));
    }
  }

  /**
   * @param taken gets the names of the variables that a setting has
   */
  private static void override(
      ObjectNode node, String prefix, Map<String, String> environment, Set<String> taken)
      throws JsonProcessingException {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      String variable = variable(prefix, name);
      if (node.get(name) instanceof ObjectNode inner) {
        override(inner, variable, environment, taken);
        if (name.equals(CLIENT_SETTINGS)) {
          String begin = variable + "_";
          ConnectionSettings.environment(begin, environment).forEach(inner::put);
          environment.keySet().stream().filter(one -> one.startsWith(begin)).forEach(taken::add);
        }
      } else if (environment.containsKey(variable)) {
        node.set(name, YAML.readTree(environment.get(variable)));
        taken.add(variable);
      }
    }
  }

  private static String variable(String prefix, String name) {
    return prefix + "_" + name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }

  /** A mistyped variable, or one of a setting that the file leaves out, would change nothing. */
  private static void refuseUnknown(
      String name, ObjectNode root, String prefix, Set<String> variables, Set<String> taken) {
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String section = names.next();
      String begin = variable(prefix, section) + "_";
      if (root.get(section) instanceof ObjectNode) {
        variables.stream()
            .filter(one -> one.startsWith(begin) && !taken.contains(one))
            .sorted()
            .findFirst()
            .ifPresent(
                one -> {
                  throw new BadConfig(
                      "%s: the environment has %s, and '%s' has no such setting"
                          .formatted(name, one, section),
                      null);
                });
      }
    }
  }

  private static String at(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : path + ": ";
  }

  private static String sentence(JsonMappingException e) {
    if (e.getCause() instanceof IllegalArgumentException said) {
      return said.getMessage();
    }
    if (e.getOriginalMessage().startsWith("Cannot map `null` into type")) {
      return "is missing";
    }
    if (e instanceof InvalidFormatException odd && odd.getTargetType().isEnum()) {
      return "is '%s': give one of %s"
          .formatted(odd.getValue(), odd.getOriginalMessage().replaceAll("(?s).*\\[(.*)\\]", "$1"));
    }
    return e.getOriginalMessage()
        .replaceAll("\\(class [^)]*\\)", "")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
