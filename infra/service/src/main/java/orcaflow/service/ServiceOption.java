package orcaflow.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An option of a service's command line, given as {@code --name value}.
 *
 * @param name with its dashes
 * @param value what the value looks like, for the usage
 * @param meaning for the usage
 */
public record ServiceOption(String name, String value, String meaning) {

  /** The option that every service must be given: its YAML file. */
  public static final String CONFIG = "--config";

  private static final ServiceOption FILE =
      new ServiceOption(
          CONFIG, "FILE", "start with the settings in FILE; ORCAFLOW_... overrides them");
  private static final List<ServiceOption> INSTEAD =
      List.of(
          new ServiceOption(
              "--print-config", "", "print a file with every setting and its default"),
          new ServiceOption("--help", "", "print this"));

  /**
   * Options and their values, in any order; nothing if one is unknown, has no value or is there
   * twice, or if {@code --config} is missing.
   */
  static Optional<Map<String, String>> parse(List<ServiceOption> known, String... arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      given.put(arguments[i], arguments[i + 1]);
    }
    boolean pairs = 2 * given.size() == arguments.length;
    boolean allKnown =
        given.keySet().stream()
            .allMatch(
                name -> name.equals(CONFIG) || known.stream().anyMatch(o -> o.name().equals(name)));
    return pairs && allKnown && given.containsKey(CONFIG) ? Optional.of(given) : Optional.empty();
  }

  /** One line each. */
  static String usage(List<ServiceOption> known) {
    return Stream.of(Stream.of(FILE), known.stream(), INSTEAD.stream())
        .flatMap(options -> options)
        .map(option -> "  %-22s %s%n".formatted(option.name + " " + option.value, option.meaning))
        .collect(Collectors.joining());
  }
}
