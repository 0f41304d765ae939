package orcaflow.agents;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.events.ModelCall;
import orcaflow.service.Service;
import orcaflow.service.ServiceMain;

/** The agents as a process of their own: {@code AgentsMain --config agents.yaml}. */
public final class AgentsMain {

  private AgentsMain() {}

  public static void main(String[] arguments) {
    new ServiceMain(
            "agents",
            "the stages of one run that ask models",
            AgentsFile.defaultText(),
            List.of(),
            AgentsMain::start)
        .main(arguments);
  }

  private static Service start(
      Path path, Map<String, String> options, Map<String, String> environment) {
    AgentsFile file = AgentsFile.read(path, environment);
    AgentsConfig config = file.agents();
    List<ModelCall> asked =
        config.preflight().orElse(true) ? AgentsPreflight.ask(config) : List.of();
    AgentsService service = AgentsService.start(file.cluster(), config, file.expansion());
    service.book(asked);
    return service;
  }
}
