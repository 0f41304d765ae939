package orcaflow.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each part of a run may do on a cluster that denies what nobody allows: the least with which
 * it does its work. A part may read its inputs and what it wrote before, and write its outputs.
 * Topics are created by the operator, so no service may do that; Kafka Streams creates those of its
 * own state.
 */
public final class AccessRules {

  private static final String EVERYWHERE = "*";

  private static final Map<Part, List<Topic<?>>> READ =
      Map.of(
          Part.AGENTS,
          List.of(
              Topics.PROBLEMS,
              Topics.ROLLOUT_REQUESTS,
              Topics.VERDICT_REQUESTS,
              Topics.STAGE_OUTCOMES,
              Topics.MODEL_CALLS,
              Topics.SENT_CALLS,
              Topics.RUN_LOG),
          Part.STREAMS,
          List.of(
              Topics.PROBLEM_CANDIDATES,
              Topics.ADMISSION_REQUESTS,
              Topics.PROBLEMS,
              Topics.TEACHER_SOLUTIONS,
              Topics.STUDENT_ROLLOUTS,
              Topics.GRADED_ROLLOUTS,
              Topics.SOLVE_RATES,
              Topics.VERDICTS,
              Topics.OPEN_GROUPS,
              Topics.CLOSINGS,
              Topics.POLICIES),
          Part.TRAINER,
          List.of(
              Topics.DEMONSTRATIONS,
              Topics.LABELLED_COMPLETIONS,
              Topics.PREFERENCE_PAIRS,
              Topics.ITERATIONS,
              Topics.POLICIES,
              Topics.POLICY_REQUESTS,
              Topics.ALARMS,
              Topics.TRAINING_STEPS,
              Topics.SET_ASIDE_BATCHES,
              Topics.EVALUATIONS));

  private static final Map<Part, List<Topic<?>>> WRITTEN =
      Map.of(
          Part.AGENTS,
          List.of(
              Topics.PROBLEM_CANDIDATES,
              Topics.TEACHER_SOLUTIONS,
              Topics.STUDENT_ROLLOUTS,
              Topics.VERDICTS,
              Topics.STAGE_OUTCOMES,
              Topics.MODEL_CALLS,
              Topics.SENT_CALLS,
              Topics.RUN_LOG),
          Part.STREAMS,
          List.of(
              Topics.PROBLEMS,
              Topics.REJECTED_CANDIDATES,
              Topics.ADMISSION_REQUESTS,
              Topics.ROLLOUT_REQUESTS,
              Topics.GRADED_ROLLOUTS,
              Topics.SOLVE_RATES,
              Topics.VERDICT_REQUESTS,
              Topics.VERDICT_DISAGREEMENTS,
              Topics.OPEN_GROUPS,
              Topics.DEMONSTRATIONS,
              Topics.LABELLED_COMPLETIONS,
              Topics.PREFERENCE_PAIRS,
              Topics.STAGE_OUTCOMES),
          Part.TRAINER,
          List.of(
              Topics.ITERATIONS,
              Topics.POLICIES,
              Topics.POLICY_REQUESTS,
              Topics.ALARMS,
              Topics.TRAINING_STEPS,
              Topics.SET_ASIDE_BATCHES,
              Topics.EVALUATIONS));

  /** Inputs of stages, whose share groups have the names of the stages. */
  private static final List<String> SHARE_GROUPS =
      List.of(
          Stages.ASK_ME_ANYTHING,
          Stages.SUGGEST_AND_EDIT,
          Stages.SOLVE,
          Stages.SAMPLE,
          Stages.JUDGE);

  private AccessRules() {}

  /** Who is let in as a user of its own. */
  public enum Part {
    AGENTS,
    STREAMS,
    TRAINER,
    /** Creates topics, seeds problems, reads everything, redrives dead letters. */
    OPERATOR;

    /** As in names of users and files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Topics of the catalogue that the part may read; the operator may read all. */
  public static List<Topic<?>> read(Part part) {
    return part == Part.OPERATOR ? Topics.all() : READ.get(part);
  }

  /** Topics of the catalogue that the part may write, dead letters aside. */
  public static List<Topic<?>> written(Part part) {
    return part == Part.OPERATOR ? Topics.all() : WRITTEN.get(part);
  }

  /** Topics whose dead letters the part writes: what it reads as inputs of its stages. */
  public static List<Topic<?>> withDeadLetters(Part part) {
    return Topics.withDeadLetters().stream().filter(read(part)::contains).toList();
  }

  /**
   * The rules as Kafka takes them.
   *
   * @param principal such as {@code User:main-agents}
   */
  public static List<AclBinding> of(Part part, String principal, String run) {
    Rules rules = new Rules(principal);
    if (part == Part.OPERATOR) {
      operator(rules, run + ".");
      return rules.list;
    }
    read(part).forEach(topic -> rules.topic(topic.in(run), AclOperation.READ));
    written(part).forEach(topic -> rules.topic(topic.in(run), AclOperation.WRITE));
    withDeadLetters(part)
        .forEach(topic -> rules.topic(topic.deadLettersIn(run), AclOperation.WRITE));
    switch (part) {
      case AGENTS -> agents(rules, run + ".");
      case STREAMS -> streams(rules, run + ".streams");
      default -> trainer(rules, run + ".");
    }
    return rules.list;
  }

  private static void agents(Rules rules, String prefix) {
    for (String stage : SHARE_GROUPS) {
      rules.allow(
          ResourceType.GROUP,
          PatternType.LITERAL,
          prefix + stage,
          AclOperation.READ,
          AclOperation.DESCRIBE,
          AclOperation.DESCRIBE_CONFIGS,
          AclOperation.ALTER_CONFIGS);
      rules.transactions(prefix + stage + ".");
    }
    // The limit of deliveries is a setting of the brokers.
    rules.allow(
        ResourceType.CLUSTER, PatternType.LITERAL, "kafka-cluster", AclOperation.DESCRIBE_CONFIGS);
  }

  private static void streams(Rules rules, String application) {
    rules.allow(
        ResourceType.GROUP,
        PatternType.LITERAL,
        application,
        AclOperation.READ,
        AclOperation.DESCRIBE);
    rules.transactions(application + "-");
    rules.allow(
        ResourceType.TOPIC,
        PatternType.PREFIXED,
        application + "-",
        AclOperation.CREATE,
        AclOperation.READ,
        AclOperation.WRITE,
        AclOperation.DELETE,
        AclOperation.DESCRIBE,
        AclOperation.DESCRIBE_CONFIGS);
  }

  private static void trainer(Rules rules, String prefix) {
    for (String owner : List.of("trainer", "evaluator", "policy-server")) {
      rules.allow(
          ResourceType.GROUP,
          PatternType.LITERAL,
          prefix + owner,
          AclOperation.READ,
          AclOperation.DESCRIBE);
      rules.transactions(prefix + owner);
    }
  }

  private static void operator(Rules rules, String prefix) {
    rules.allow(
        ResourceType.TOPIC,
        PatternType.PREFIXED,
        prefix,
        AclOperation.CREATE,
        AclOperation.READ,
        AclOperation.WRITE,
        AclOperation.DESCRIBE,
        AclOperation.DESCRIBE_CONFIGS,
        AclOperation.ALTER_CONFIGS);
    rules.allow(
        ResourceType.GROUP, PatternType.PREFIXED, prefix, AclOperation.READ, AclOperation.DESCRIBE);
    rules.transactions(prefix);
  }

  /** A list that grows. */
  private static final class Rules {
    private final String principal;
    private final List<AclBinding> list = new ArrayList<>();

    Rules(String principal) {
      this.principal = principal;
    }

    void topic(String name, AclOperation operation) {
      allow(ResourceType.TOPIC, PatternType.LITERAL, name, operation, AclOperation.DESCRIBE);
    }

    void transactions(String prefix) {
      allow(
          ResourceType.TRANSACTIONAL_ID,
          PatternType.PREFIXED,
          prefix,
          AclOperation.WRITE,
          AclOperation.DESCRIBE);
    }

    void allow(ResourceType type, PatternType pattern, String name, AclOperation... operations) {
      for (AclOperation operation : operations) {
        AclBinding rule =
            new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, EVERYWHERE, operation, AclPermissionType.ALLOW));
        if (!list.contains(rule)) {
          list.add(rule);
        }
      }
    }
  }
}
