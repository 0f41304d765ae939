package orcaflow.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.streams.pair.Groups;
import org.apache.avro.specific.SpecificRecord;

/** Solutions and rollouts of made-up problems, as the other services write them. */
final class SampleProblems {

  private SampleProblems() {}

  /**
   * Problems with four rollouts each. Some groups come in two parts, and two groups stay without
   * one of their rollouts.
   */
  static List<SpecificRecord> of(Random random, int problems) {
    List<SpecificRecord> inputs = new ArrayList<>();
    for (int i = 0; i < problems; i++) {
      String[] texts =
          IntStream.range(0, 4)
              .mapToObj(n -> random.nextInt(3) > 0 ? "#### 7" : "#### " + random.nextInt(7))
              .toArray(String[]::new);
      StudentRollout whole = Events.rollout(question(i), 2, texts);
      inputs.add(Events.solution(question(i), "7"));
      if (i == 3 || i == 11) {
        inputs.add(Events.part(whole, 0, 1, 2, 3));
      } else if (i % 3 == 0) {
        inputs.add(Events.part(whole, 0, 0, 2));
        inputs.add(Events.part(whole, 1, 1, 3));
      } else {
        inputs.add(Events.part(whole, 0, 0, 1, 2, 3));
      }
    }
    return inputs;
  }

  static String question(int i) {
    return "How many of %d apples are left?".formatted(i);
  }

  /** Every input three times, in any order. */
  static List<SpecificRecord> mixed(List<SpecificRecord> inputs, Random random) {
    List<SpecificRecord> mixed = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      mixed.addAll(inputs);
    }
    Collections.shuffle(mixed, random);
    return mixed;
  }

  /** Each group's verdicts, however many events they came in, and what it lacks. */
  static Map<String, String> merged(List<GradedRollout> events) {
    Map<String, GradedRollout> groups = new HashMap<>();
    events.forEach(event -> groups.merge(Groups.request(event), event, Groups::merged));
    Map<String, String> texts = new TreeMap<>();
    groups.forEach(
        (id, group) ->
            texts.put(
                id,
                group.getCompletions()
                    + Optional.ofNullable(group.getMissing()).map(m -> " " + m).orElse("")));
    return texts;
  }
}
