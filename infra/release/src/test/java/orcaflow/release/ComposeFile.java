package orcaflow.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code infra/compose/compose.yml}, its anchors and merges resolved. */
record ComposeFile(JsonNode tree) {

  static final Path FOLDER =
      Path.of(System.getProperty("orcaflow.root", "../..")).resolve("infra/compose");

  static ComposeFile read() throws IOException {
    // SnakeYAML and not Jackson, which knows no merges ("<<").
    Object read =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(FOLDER.resolve("compose.yml")));
    return new ComposeFile(new ObjectMapper().valueToTree(read));
  }

  List<String> services() {
    List<String> names = new ArrayList<>();
    tree.get("services").fieldNames().forEachRemaining(names::add);
    return names;
  }

  JsonNode service(String name) {
    return tree.get("services").get(name);
  }

  String image(String service) {
    return service(service).get("image").textValue();
  }

  /** The variables of a service that begin like this. */
  Map<String, String> environment(String service, String prefix) {
    Map<String, String> variables = new LinkedHashMap<>();
    service(service)
        .path("environment")
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().startsWith(prefix)) {
                variables.put(entry.getKey(), entry.getValue().asText());
              }
            });
    return variables;
  }

  /** Elements of a list of a service, such as {@code ports}; none where it has no such list. */
  List<String> list(String service, String key) {
    List<String> elements = new ArrayList<>();
    service(service).path(key).forEach(element -> elements.add(element.asText()));
    return elements;
  }
}
