package orcaflow.cli.page;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import orcaflow.events.TrainingStep;

/** The training steps of a run as columns of numbers, in the order they were read. Thread-safe. */
final class Curves {

  /** What is drawn, by the names of the event's fields. */
  private static final Map<String, Function<TrainingStep, Number>> NUMBERS = new LinkedHashMap<>();

  static {
    NUMBERS.put("loss", TrainingStep::getLoss);
    NUMBERS.put("kl", TrainingStep::getKl);
    NUMBERS.put("rewardChosen", TrainingStep::getRewardChosen);
    NUMBERS.put("rewardRejected", TrainingStep::getRewardRejected);
    NUMBERS.put("rewardMargin", TrainingStep::getRewardMargin);
    NUMBERS.put("gradNorm", TrainingStep::getGradNorm);
    NUMBERS.put("learningRate", TrainingStep::getLearningRate);
    NUMBERS.put("ageMean", TrainingStep::getAgeMean);
    NUMBERS.put("ageMax", TrainingStep::getAgeMax);
    NUMBERS.put("mismatchMax", TrainingStep::getMismatchMax);
    NUMBERS.put("tokens", TrainingStep::getTokens);
    NUMBERS.put("seconds", TrainingStep::getSeconds);
  }

  private final Set<String> seen = new HashSet<>();
  private final List<String> ids = new ArrayList<>();
  private final Map<String, NumberColumn> columns = new LinkedHashMap<>();

  Curves() {
    NUMBERS.keySet().forEach(name -> columns.put(name, new NumberColumn()));
  }

  /**
   * The steps from a position on.
   *
   * @param from position of the first one; a later call asks from {@code total}
   * @param ids {@code M2/7}
   * @param columns numbers by field, as many as ids; null where a step has none
   */
  record Columns(int from, int total, List<String> ids, Map<String, NumberColumn> columns) {}

  /** A step that was written twice, around a kill, is one. */
  synchronized void add(TrainingStep step) {
    if (seen.add(step.getId())) {
      ids.add(step.getId());
      NUMBERS.forEach((name, number) -> columns.get(name).add(number.apply(step)));
    }
  }

  /**
   * @param from 0 for all; behind the last one there are none
   */
  synchronized Columns from(int from) {
    int begin = Math.min(Math.max(from, 0), ids.size());
    Map<String, NumberColumn> some = new LinkedHashMap<>();
    columns.forEach((name, numbers) -> some.put(name, numbers.from(begin)));
    return new Columns(begin, ids.size(), new ArrayList<>(ids.subList(begin, ids.size())), some);
  }
}
