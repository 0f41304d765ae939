package orcaflow.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import orcaflow.agents.ask.AskMeAnything;
import orcaflow.agents.edit.SuggestAndEdit;
import orcaflow.agents.judge.Judge;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.sample.StudentSampler;
import orcaflow.agents.solve.Solving;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageLimits;
import orcaflow.events.RolloutRequest;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;
import org.apache.avro.specific.SpecificRecord;

/** The stages of the service: which agent works on which topic. */
final class StageList {

  private final AgentsConfig config;
  private final List<Stage<?>> stages = new ArrayList<>();

  private StageList(AgentsConfig config) {
    this.config = config;
  }

  /** The stages that the configuration runs, in flow order. */
  static List<Stage<?>> of(AgentsConfig config, ExpansionRule expansion, ModelClients models) {
    StageList list = new StageList(config);
    AgentsConfig.Stages all = config.stages();

    list.add(
        all.askMeAnything().run(),
        AskMeAnything.STAGE,
        Topics.PROBLEMS,
        new AskMeAnything(
            promptClient(models.agents(), AskMeAnything.STAGE, all.askMeAnything()), expansion),
        all.askMeAnything().size());
    list.add(
        all.suggestAndEdit().run(),
        SuggestAndEdit.STAGE,
        Topics.PROBLEMS,
        new SuggestAndEdit(
            promptClient(models.agents(), SuggestAndEdit.STAGE, all.suggestAndEdit()), expansion),
        all.suggestAndEdit().size());
    list.add(
        all.solve().run(),
        Solving.STAGE,
        Topics.PROBLEMS,
        all.solve().byGold()
            ? Solving.byGold()
            : Solving.byModel(
                new PromptClient(models.teacher(), Solving.STAGE, all.solve().model())),
        all.solve().size());
    list.add(
        all.sample().run(),
        StudentSampler.STAGE,
        Topics.ROLLOUT_REQUESTS,
        RolloutRequest::getIteration,
        new StudentSampler(models.student(), all.sample().model(), all.sample().tries()),
        all.sample().size());
    list.add(
        all.judge().run(),
        Judge.STAGE,
        Topics.VERDICT_REQUESTS,
        new Judge(promptClient(models.judge(), Judge.STAGE, all.judge())),
        all.judge().size());
    return list.stages;
  }

  /** Names of the stages that the configuration runs. */
  static List<String> names(AgentsConfig config) {
    AgentsConfig.Stages all = config.stages();
    Map<String, Boolean> runs =
        Map.of(
            AskMeAnything.STAGE, all.askMeAnything().run(),
            SuggestAndEdit.STAGE, all.suggestAndEdit().run(),
            Solving.STAGE, all.solve().run(),
            StudentSampler.STAGE, all.sample().run(),
            Judge.STAGE, all.judge().run());
    return runs.keySet().stream().filter(runs::get).toList();
  }

  private static PromptClient promptClient(
      ModelClient client, String stage, AgentsConfig.Asking asking) {
    return new PromptClient(client, stage, asking.model());
  }

  private <I extends SpecificRecord> void add(
      boolean run, String name, Topic<I> input, Agent<I> agent, AgentsConfig.Size size) {
    add(run, name, input, none -> 0, agent, size);
  }

  private <I extends SpecificRecord> void add(
      boolean run,
      String name,
      Topic<I> input,
      ToIntFunction<I> iteration,
      Agent<I> agent,
      AgentsConfig.Size size) {
    if (run) {
      StageLimits limits = config.holding().limits(size);
      stages.add(new Stage<>(name, input, iteration, agent, limits));
    }
  }
}
