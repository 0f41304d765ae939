package orcaflow.cli.page;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.agents.model.Amount;
import orcaflow.cli.change.Changes;
import orcaflow.cli.change.Reason;
import orcaflow.cli.continuous.PolicyLog;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.cli.letters.LetterFilter;
import orcaflow.cli.letters.LetterTopics;
import orcaflow.cli.letters.RedrivePlan;
import orcaflow.cli.run.BudgetLog;
import orcaflow.cli.run.RunningProcess;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequest;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;

/**
 * What the page may change in a run. Each change needs a reason, and is the command of its name.
 */
final class PageChanges {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final Changes changes;
  private final boolean running;
  private final Optional<Path> dir;

  /**
   * @param running whether services of the run may be running
   * @param dir folder of the run on this machine; empty for a run elsewhere
   */
  PageChanges(Cluster cluster, boolean running, Optional<Path> dir) {
    this.cluster = cluster;
    this.changes = new Changes(cluster);
    this.running = running;
    this.dir = dir;
  }

  /** What is asked is not possible; in a sentence. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String sentence) {
      super(sentence);
    }
  }

  /** What was done or would be done, in a sentence. */
  record Done(String sentence) {}

  /** Names of the changes that make sense for this run. */
  List<String> possible() {
    List<String> names = new ArrayList<>(List.of("redrive"));
    if (running) {
      names.addAll(List.of("rollback", "promote", "budget"));
      if (dir.isPresent()) {
        names.add("stop");
      }
    }
    return names;
  }

  /** The same without doing it. */
  Done preview(String change, Map<String, String> of) throws Exception {
    require(change);
    return new Done(
        switch (change) {
          case "redrive" -> sentence("would redrive", changes.redriveOf(topics(of), filter(of)));
          case "rollback", "promote" -> "would serve %s again".formatted(policy(of).getVersion());
          case "budget" -> "would set the budget of %s to %s".formatted(scope(of), amount(of));
          default -> "would stop process %d as Ctrl-C does".formatted(process().pid());
        });
  }

  Done make(String change, Map<String, String> of) throws Exception {
    require(change);
    Reason reason = Reason.ofPage(of.getOrDefault("because", ""));
    if (reason.why().isEmpty()) {
      throw new Refused("say why: it is kept in the run's log");
    }
    return new Done(
        switch (change) {
          case "redrive" -> sentence("redriven", changes.redrive(topics(of), filter(of), reason));
          case "rollback" -> serve(PolicyAction.ROLLBACK, policy(of), reason);
          case "promote" -> serve(PolicyAction.PROMOTE, policy(of), reason);
          case "budget" -> budget(scope(of), amount(of), reason);
          default -> stop(process(), reason);
        });
  }

  private void require(String change) throws Refused {
    if (!possible().contains(change)) {
      throw new Refused("'%s' is not possible here; possible are %s".formatted(change, possible()));
    }
  }

  private String sentence(String verb, RedrivePlan plan) {
    String topics =
        plan.lettersByTopic().entrySet().stream()
            .map(each -> Place.shortTopic(each.getKey(), cluster) + " " + each.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
    return "%s %d letters as %d records%s, refused %d"
        .formatted(
            verb,
            plan.letters(),
            plan.records().size(),
            plan.letters() == 0 ? "" : topics,
            plan.refused().size());
  }

  private String serve(PolicyAction action, Policy policy, Reason reason) throws Exception {
    PolicyRequest asked = changes.serve(action, policy, reason);
    return changes
        .answer(asked, ANSWER)
        .map(PolicyRequest::getNote)
        .orElse(
            "asked for %s; the trainer takes it up after the iteration that it is at"
                .formatted(policy.getVersion()));
  }

  private String budget(String scope, Amount amount, Reason reason) throws Exception {
    changes.budget(scope, amount, reason);
    return "the budget of %s is %s".formatted(scope, amount);
  }

  private String stop(RunningProcess process, Reason reason) throws Exception {
    changes.stop(process, reason);
    return "process %d finishes what is in flight and ends".formatted(process.pid());
  }

  private static List<Topic<?>> topics(Map<String, String> of) throws Refused {
    Optional<String> name = Optional.ofNullable(of.get("topic"));
    List<Topic<?>> found = LetterTopics.named(name);
    if (found.isEmpty()) {
      throw new Refused("'%s' is no topic with dead letters".formatted(name.get()));
    }
    return found;
  }

  private static LetterFilter filter(Map<String, String> of) {
    return new LetterFilter(Optional.ofNullable(of.get("reason")));
  }

  private Policy policy(Map<String, String> of) throws Refused {
    PolicyLog log = PolicyLog.of(cluster);
    Optional<String> name = Optional.ofNullable(of.get("policy"));
    return (name.isPresent() ? log.named(name.get()) : log.beforeNewest())
        .orElseThrow(
            () ->
                new Refused(
                    name.map("there is no policy '%s'"::formatted)
                        .orElse("there is no policy with other weights to go back to")));
  }

  private static String scope(Map<String, String> of) throws Refused {
    String scope = of.getOrDefault("scope", BudgetLog.SCOPES.get(0));
    if (!BudgetLog.SCOPES.contains(scope)) {
      throw new Refused("the scope '%s' is none of %s".formatted(scope, BudgetLog.SCOPES));
    }
    return scope;
  }

  private static Amount amount(Map<String, String> of) throws Refused {
    try {
      return Amount.parse(of.getOrDefault("amount", ""));
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage());
    }
  }

  private RunningProcess process() throws Exception {
    return RunningProcess.in(dir.orElseThrow())
        .orElseThrow(() -> new Refused("nothing runs in %s any more".formatted(dir.get())));
  }
}
