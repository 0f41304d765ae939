package orcaflow.schemas;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Settings of the clients of Kafka and of the registry that come from outside: a properties file
 * such as Kafka's own tools take with {@code --command-config}, and environment variables. The keys
 * are those of Kafka's and of Confluent's clients.
 *
 * <p>A variable is a prefix and the key in capitals, {@code _} in place of the dots. {@code _FILE}
 * behind it means that the value is the content of that file.
 */
public final class ConnectionSettings {

  /** The prefix of the variables for commands, and for {@code cluster.kafka} of a service. */
  public static final String VARIABLES = "ORCAFLOW_CLUSTER_KAFKA_";

  private static final String IN_FILE = "_FILE";

  private ConnectionSettings() {}

  /**
   * Reads a properties file.
   *
   * @throws ConfigFile.BadConfig if it is not there, cannot be read, or has a line without a value
   */
  public static Map<String, String> file(Path file) {
    Properties read = new Properties();
    try {
      read.load(new StringReader(ConfigFile.text(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigFile.BadConfig("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    Map<String, String> settings = new TreeMap<>();
    for (String key : read.stringPropertyNames()) {
      String value = read.getProperty(key);
      if (value.isBlank()) {
        throw new ConfigFile.BadConfig("%s: %s has no value".formatted(file, key));
      }
      settings.put(key, value);
    }
    return settings;
  }

  /**
   * The settings among environment variables.
   *
   * @param prefix with the last {@code _}
   * @throws ConfigFile.BadConfig if a variable names a file that cannot be read
   */
  public static Map<String, String> environment(String prefix, Map<String, String> environment) {
    Map<String, String> settings = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            boolean inFile = name.endsWith(IN_FILE);
            int end = inFile ? name.length() - IN_FILE.length() : name.length();
            String key = name.substring(prefix.length(), end);
            settings.put(
                key.toLowerCase(Locale.ROOT).replace('_', '.'),
                inFile ? ConfigFile.text(Path.of(value)).strip() : value);
          }
        });
    return settings;
  }
}
