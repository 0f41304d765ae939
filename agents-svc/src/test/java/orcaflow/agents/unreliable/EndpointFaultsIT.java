package orcaflow.agents.unreliable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.agents.AgentsConfig;
import orcaflow.agents.AgentsService;
import orcaflow.agents.Lab;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.stack.SharedStack;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * Every kind of misbehaviour at once, one problem each, beside good ones: what was called, what was
 * billed, what is booked, and what became of the problem, as a table.
 */
class EndpointFaultsIT {

  private static final int GOOD = 20;

  /** Ended as it must be, and wrong. */
  private static final String WRONG = "C-wrongonce";

  /** Rows that hold up everybody, and so have tests of their own. */
  private static final Set<String> HELD =
      Set.of("Unavailable SETTING", "Unavailable MONEY", "Unavailable WAIT", "RateLimited");

  private static final double MOST_REPEATS = 0.10;

  @Test
  void nothingWrongTeachesAndEveryCallIsBooked() throws IOException {
    try (FaultyModel model = new FaultyModel()) {
      Lab lab = Lab.on(SharedStack.get(), "faults", 2);
      List<String> ids = ids(model);
      List<Problem> problems = problems(ids);
      lab.write(Topics.PROBLEMS, problems);
      String url = "http://127.0.0.1:" + model.start(0);
      try (AgentsService service =
          AgentsService.start(lab.cluster(), config(url), new ExpansionRule(0, 0))) {
        Lab.await(
            "every problem is settled",
            () -> lab.ids(Topics.STAGE_OUTCOMES).size() == problems.size());
      }
      Map<String, TeacherSolution> solutions =
          lab.read(Topics.TEACHER_SOLUTIONS).stream()
              .collect(Collectors.toMap(s -> id(s.getQuestion()), s -> s, (a, b) -> a));
      Map<String, ConsumerRecord<byte[], byte[]>> letters = letters(lab, problems);
      List<ModelCall> booked = lab.read(Topics.MODEL_CALLS);
      List<String> table = new ArrayList<>();
      for (String id : ids) {
        table.add(line(id, model.calls(), fate(solutions.get(id), letters.get(id))));
      }
      table.forEach(System.out::println);
      checkSolutions(model, solutions);
      checkLetters(model, ids, letters, solutions);
      checkBooks(model, booked);
      checkRepeats(model, booked, solutions);
    }
  }

  /** The letters of problems, by the id of the fault. */
  private static Map<String, ConsumerRecord<byte[], byte[]>> letters(
      Lab lab, List<Problem> problems) {
    Map<String, String> faults =
        problems.stream().collect(Collectors.toMap(Problem::getId, p -> id(p.getQuestion())));
    return lab.readDeadLetters(Topics.PROBLEMS).stream()
        .collect(
            Collectors.toMap(
                letter -> faults.get(new String(letter.key(), StandardCharsets.UTF_8)), l -> l));
  }

  /** What nobody can read is put aside with the reply; everything else has a solution. */
  private static void checkLetters(
      FaultyModel model,
      List<String> ids,
      Map<String, ConsumerRecord<byte[], byte[]>> letters,
      Map<String, TeacherSolution> solutions) {
    for (String id : ids) {
      boolean unreadable = model.is(id).startsWith("Unavailable ASK_AGAIN");
      assertThat(letters.containsKey(id)).as("%s: %s", id, model.is(id)).isEqualTo(unreadable);
      assertThat(solutions.containsKey(id)).as(id).isEqualTo(!unreadable);
    }
    letters.forEach(
        (id, letter) ->
            assertThat(LetterHeaders.text(letter.headers(), LetterHeaders.EVIDENCE))
                .as(id)
                .hasValueSatisfying(
                    reply -> assertThat(reply).matches("(?s)\\d{3}( [^\n]*)?\n\n.*")));
    assertThat(letters.get("once-html")).isNull();
  }

  private static String fate(TeacherSolution solution, ConsumerRecord<byte[], byte[]> letter) {
    if (solution != null) {
      return "%-20s %s"
          .formatted(
              solution.getStatus(),
              Optional.ofNullable(solution.getReason()).orElse(solution.getFinalAnswer()));
    }
    int kept = letter.headers().lastHeader(LetterHeaders.EVIDENCE).value().length;
    return "%-20s %s; %,d bytes of the reply kept"
        .formatted(
            "dead letter",
            LetterHeaders.text(letter.headers(), LetterHeaders.MESSAGE).orElse(""),
            kept);
  }

  private static void checkSolutions(FaultyModel model, Map<String, TeacherSolution> solutions) {
    solutions.forEach(
        (id, solution) -> {
          boolean usable = solution.getStatus() == SolutionStatus.USABLE;
          String is = model.is(id);
          assertThat(usable)
              .as("%s: %s %s", id, is, solution)
              .isEqualTo(is.isEmpty() || is.matches("ENDED .*#### 17.*"));
          if (usable) {
            assertThat(solution.getFinalAnswer()).as(id).isEqualTo("17");
            assertThat(solution.getSolution()).as(id).doesNotContain("99", "think", "{", "\uFFFD");
          } else {
            assertThat(solution.getReason()).as(id).isNotBlank();
          }
        });
  }

  /** As many events as calls that may have been billed; the same tokens where the reply says. */
  private static void checkBooks(FaultyModel model, List<ModelCall> all) {
    // What was given up is the end of calls that are booked one by one.
    List<ModelCall> booked =
        all.stream().filter(call -> call.getOutcome() != CallOutcome.MALFORMED).toList();
    long billable = model.calls().stream().filter(call -> call.billed() > 0).count();
    long free = model.calls().size() - billable;
    long events = booked.size();
    assertThat(events).isBetween(billable, billable + free);
    long exact =
        booked.stream()
            .filter(call -> !call.getEstimated())
            .mapToLong(call -> call.getPromptTokens() + call.getCompletionTokens())
            .sum();
    long billed = model.calls().stream().mapToLong(FaultyModel.Call::billed).sum();
    System.out.printf(
        "%d calls, %d may be billed, %d booked (%d estimated); %,d tokens billed, %,d booked as"
            + " reported%n",
        model.calls().size(),
        billable,
        events,
        booked.stream().filter(ModelCall::getEstimated).count(),
        billed,
        exact);
    assertThat(exact).isLessThanOrEqualTo(billed);
  }

  /**
   * What an endpoint can answer is paid for once, but where its first answer was unreadable. On a
   * busy machine a good answer may come too late, too: those calls are left out.
   */
  private static void checkRepeats(
      FaultyModel model, List<ModelCall> booked, Map<String, TeacherSolution> solutions) {
    long meantToBeLate = model.calls().stream().filter(call -> call.id().equals("slow")).count();
    long late = booked.stream().filter(EndpointFaultsIT::cameTooLate).count() - meantToBeLate;
    Set<String> usable =
        solutions.entrySet().stream()
            .filter(e -> e.getValue().getStatus() == SolutionStatus.USABLE)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    assertThat(usable).contains("");
    long answers = GOOD + usable.size() - 1L;
    long calls =
        model.calls().stream()
            .filter(call -> usable.contains(call.id()) && call.billed() > 0)
            .count();
    double repeats = (calls - answers) / (double) answers;
    System.out.printf(
        "%d usable answers took %d calls that may be billed: %.1f %% repeats; %d came too late%n",
        answers, calls, 100 * repeats, late);
    assertThat(repeats).isBetween(0.0, MOST_REPEATS + Math.max(0, late) / (double) answers);
  }

  private static boolean cameTooLate(ModelCall call) {
    return call.getReason() != null && call.getReason().contains("sent no complete answer within");
  }

  private static String line(String id, List<FaultyModel.Call> calls, String fate) {
    List<FaultyModel.Call> mine = calls.stream().filter(call -> call.id().equals(id)).toList();
    return "%-16s %2d calls, %5d tokens billed: %s"
        .formatted(
            id.isEmpty() ? "(good)" : id,
            mine.size(),
            mine.stream().mapToLong(FaultyModel.Call::billed).sum(),
            fate);
  }

  private static List<String> ids(FaultyModel model) {
    List<String> ids = new ArrayList<>(List.of(""));
    model.ids().stream()
        .filter(id -> HELD.stream().noneMatch(held -> model.is(id).startsWith(held)))
        .forEach(ids::add);
    return ids;
  }

  private static List<Problem> problems(List<String> ids) {
    List<Problem> problems = new ArrayList<>();
    for (int n = 0; n < GOOD; n++) {
      problems.add(Lab.problem("%d. Tom has 12 apples and he buys 5 more. How many?".formatted(n)));
    }
    for (String id : ids.subList(1, ids.size())) {
      Problem problem =
          Lab.problem("[[%s#0]] Tom has 12 apples and he buys 5 more. How many?".formatted(id));
      // Only a known answer tells a wrong one.
      problems.add(id.equals(WRONG) ? answered(problem, "17") : problem);
    }
    return problems;
  }

  private static Problem answered(Problem problem, String answer) {
    return Problem.newBuilder()
        .setId(problem.getId())
        .setCandidateId(problem.getCandidateId())
        .setQuestion(problem.getQuestion())
        .setLineage(problem.getLineage())
        .setExpectedAnswer(answer)
        .build();
  }

  private static String id(String question) {
    return question.startsWith("[[") ? question.substring(2, question.indexOf('#')) : "";
  }

  private static AgentsConfig config(String url) {
    return Lab.config().withModels(url, url, url).withTimeout(5);
  }
}
