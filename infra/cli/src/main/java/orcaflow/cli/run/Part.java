package orcaflow.cli.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;

/** What stands or moves as one in a run, with the service that has it. */
public enum Part {
  ADMIT("admit", Service.STREAMS, List.of(Topics.PROBLEM_CANDIDATES), List.of()),
  EXPAND(
      "ask-me-anything and suggest-and-edit",
      Service.AGENTS,
      List.of(Topics.PROBLEMS),
      List.of(Stages.ASK_ME_ANYTHING, Stages.SUGGEST_AND_EDIT)),
  SOLVE("solve", Service.AGENTS, List.of(Topics.PROBLEMS), List.of(Stages.SOLVE)),
  SAMPLE("sample", Service.AGENTS, List.of(Topics.ROLLOUT_REQUESTS), List.of(Stages.SAMPLE)),
  GRADE("grade", Service.STREAMS, List.of(Topics.STUDENT_ROLLOUTS), List.of()),
  TRAIN("train", Service.TRAINER, List.of(), List.of()),
  /** The next iteration waits for rows; only a run without an end has it. */
  ROWS("rows", Service.TRAINER, List.of(), List.of()),
  /** Others may continue for a while with the schemas that they know. */
  REGISTRY("registry", Service.REGISTRY, List.of(), List.of());

  /** Which process does it. */
  public enum Service {
    AGENTS,
    STREAMS,
    TRAINER,
    REGISTRY
  }

  private final String label;
  private final Service service;
  private final List<Topic<?>> inputs;
  private final List<String> stages;

  Part(String label, Service service, List<Topic<?>> inputs, List<String> stages) {
    this.label = label;
    this.service = service;
    this.inputs = inputs;
    this.stages = stages;
  }

  /** The service that has it. */
  public Service service() {
    return service;
  }

  /** The topics whose records it works on; none for the trainer, which waits for iterations. */
  public List<Topic<?>> inputs() {
    return inputs;
  }

  /** Stages of the agents in it, whose share groups have their names. */
  public List<String> stages() {
    return stages;
  }

  /** In words, without the service. */
  public String label() {
    return label;
  }

  @Override
  @JsonValue
  public String toString() {
    return switch (service) {
      case AGENTS -> label + " (agents)";
      case STREAMS -> label + " (streams)";
      case REGISTRY -> "the schema registry";
      case TRAINER -> this == ROWS ? "rows for the next iteration" : "the trainer";
    };
  }
}
