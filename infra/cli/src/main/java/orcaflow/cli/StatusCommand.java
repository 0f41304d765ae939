package orcaflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.run.Ledger;
import orcaflow.cli.run.LedgerReader;
import orcaflow.cli.run.Shipped;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How far a run is, read from its topics. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Print how far a run is, counted from its topics.",
    footer = {"", "Example: ./orcaflow status -o json | jq .funnel"})
final class StatusCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  @Spec private CommandSpec spec;
  @Mixin private Where where;
  @Mixin private Output output;

  @Option(
      names = "--recipe",
      defaultValue = "orca-math",
      description = "Recipe of the run (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Override
  public Integer call() throws Exception {
    Cluster cluster = where.cluster();
    Recipe read =
        ConfigFile.parse(
            recipe, Shipped.recipe(recipe), Recipe.class, "ORCAFLOW_RECIPE", System.getenv());
    Map<String, Object> facts = new LinkedHashMap<>();
    try (LedgerReader reader = LedgerReader.start(cluster, new Ledger(read))) {
      facts.put("run", cluster.run());
      facts.put("funnel", reader.ask(Ledger::funnel));
      facts.put("production", reader.ask(Ledger::production));
      facts.put("policies", reader.ask(books -> policies(books, read)));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts));
    } else {
      facts.forEach((name, value) -> out.printf("%-12s %s%n", name, value));
    }
    out.flush();
    return 0;
  }

  private static List<String> policies(Ledger books, Recipe recipe) {
    return java.util.stream.IntStream.rangeClosed(1, recipe.iterations().size())
        .mapToObj(books::policy)
        .flatMap(java.util.Optional::stream)
        .map(policy -> policy.getVersion())
        .toList();
  }
}
