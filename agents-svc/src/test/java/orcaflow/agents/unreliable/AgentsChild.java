package orcaflow.agents.unreliable;

import java.util.concurrent.CountDownLatch;
import orcaflow.agents.AgentsConfig;
import orcaflow.agents.AgentsService;
import orcaflow.agents.Lab;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.ExpansionRule;

/** The agents in a process of their own, to be killed: bootstrap, registry, run, model. */
final class AgentsChild {

  private AgentsChild() {}

  public static void main(String[] args) throws InterruptedException {
    AgentsService.start(
        new Cluster(args[0], args[1], args[2]), config(args[3]), new ExpansionRule(0.5, 2));
    new CountDownLatch(1).await();
  }

  /** Small batches, so that a kill finds some finished, some stored and some begun. */
  static AgentsConfig config(String url) {
    AgentsConfig config = Lab.config().withModels(url, url, url);
    AgentsConfig.Stages all = config.stages();
    AgentsConfig.Size small = new AgentsConfig.Size(2, 40);
    return config.withStages(
        new AgentsConfig.Stages(
            new AgentsConfig.Asking(true, small, all.askMeAnything().model()),
            new AgentsConfig.Asking(true, small, all.suggestAndEdit().model()),
            new AgentsConfig.Solve(true, small, "model", all.solve().model()),
            new AgentsConfig.Sample(true, small, 3, all.sample().model()),
            all.judge()));
  }
}
