package orcaflow.agents.judge;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Lineage;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;

/**
 * Orca-Math's exact match by a model, for rollouts that the rules cannot decide. Produces exactly
 * one verdict for each request. Where numbers decide, the rules overrule the model: a student's
 * text cannot argue for a match between two different numbers.
 */
public final class Judge implements Agent<VerdictRequest> {

  public static final String STAGE = Stages.JUDGE;

  private final PromptClient model;
  private final Prompt prompt = Prompt.load("judge/judge.v2").repliedIn(VerdictRule.FORM);

  public Judge(PromptClient model) {
    this.model = model;
  }

  @Override
  public Future<Reply> work(VerdictRequest request) {
    Optional<String> reference = VerdictRule.reference(request);
    if (reference.isEmpty()) {
      return Future.succeededFuture(
          verdict(
              request,
              new VerdictRule.Decision(VerdictValue.UNDECIDED, "no reference answer"),
              ""));
    }
    return model
        .ask(
            prompt,
            Map.of(
                "problem", request.getQuestion(),
                "reference", reference.get(),
                "student", request.getCompletion()),
            request.getId(),
            VerdictRule::read)
        .map(
            result ->
                result.fold(
                    usable ->
                        verdict(
                            request,
                            VerdictRule.decide(
                                usable.value(), reference.get(), request.getCompletion()),
                            usable.response().servedBy()),
                    nothing ->
                        verdict(
                            request,
                            new VerdictRule.Decision(VerdictValue.UNDECIDED, nothing),
                            model.settings().model()),
                    Reply.Postponed::new));
  }

  private Reply verdict(VerdictRequest request, VerdictRule.Decision decision, String servedBy) {
    Lineage from = request.getLineage();
    boolean byModel = !servedBy.isEmpty();
    return new Reply.Produced(
        new Output<>(
            Topics.VERDICTS,
            Verdict.newBuilder()
                .setId(request.getId())
                .setRequestId(request.getRequestId())
                .setProblemId(request.getProblemId())
                .setVerdict(decision.value())
                .setReason(decision.reason())
                .setLineage(
                    Lineage.newBuilder()
                        .setSeed(from.getSeed())
                        .setParent(request.getProblemId())
                        .setAgent(STAGE)
                        .setRound(from.getRound())
                        .setIndex(from.getIndex())
                        .setPrompt(byModel ? prompt.id() : null)
                        .setModel(byModel ? servedBy : null)
                        .setPolicyVersion(from.getPolicyVersion())
                        .setTime(Instant.now())
                        .build())
                .build()));
  }
}
