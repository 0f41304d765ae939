package orcaflow.cli.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.events.Alarm;
import orcaflow.events.PolicyRequest;

/**
 * Which policy is served and why.
 *
 * @param serving version of the policy of the newest iteration, if there is one
 * @param policies as in {@link Scores}, the newest first
 * @param alarms the newest first
 * @param requests what people asked of the policies and what became of it, the newest first
 */
record Promotions(
    Optional<String> serving,
    List<Scores.Row> policies,
    List<Warning> alarms,
    List<Request> requests) {

  /** An alarm: training went where it should not. */
  record Warning(
      String iteration,
      String policy,
      String kind,
      String sentence,
      String cause,
      String action,
      String time) {

    static Warning of(Alarm alarm) {
      return new Warning(
          alarm.getIteration(),
          alarm.getPolicyVersion(),
          alarm.getKind().name(),
          alarm.getSentence(),
          alarm.getCause(),
          alarm.getAction(),
          alarm.getTime().toString());
    }
  }

  /** A request for an earlier policy, or the trainer's answer to it. */
  record Request(
      String request,
      String action,
      String policy,
      String status,
      String note,
      Optional<String> result,
      String time) {

    static Request of(PolicyRequest event) {
      return new Request(
          event.getRequest(),
          event.getAction().name(),
          event.getPolicyVersion(),
          event.getStatus().name(),
          event.getNote(),
          Optional.ofNullable(event.getResult()),
          event.getTime().toString());
    }
  }

  static Promotions of(RunSnapshot run, Newest<Alarm> alarms, Newest<PolicyRequest> requests) {
    List<Scores.Row> policies = new ArrayList<>(Scores.rows(run));
    Collections.reverse(policies);
    return new Promotions(
        policies.stream().findFirst().map(Scores.Row::version),
        policies,
        alarms.list().stream().map(Warning::of).toList(),
        requests.list().stream().map(Request::of).toList());
  }
}
