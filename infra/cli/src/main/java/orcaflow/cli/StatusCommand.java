package orcaflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.run.Funnel;
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
    PrintWriter out = spec.commandLine().getOut();
    try (LedgerReader reader = LedgerReader.start(cluster, new Ledger(read))) {
      Funnel funnel = reader.ask(Ledger::funnel);
      Ledger.Production production = reader.ask(Ledger::production);
      List<String> policies = reader.ask(books -> policies(books, read));
      if (output.json()) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", cluster.run());
        facts.put("funnel", funnel);
        facts.put("production", production);
        facts.put("policies", policies);
        out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts));
      } else {
        out.printf("run %s%n%s", cluster.run(), funnel.text());
        out.printf("expanded %,d of %,d%n", production.expanded(), production.toExpand());
        out.printf("policies %s%n", policies.isEmpty() ? "none yet" : String.join(", ", policies));
      }
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
