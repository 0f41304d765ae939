package orcaflow.streams.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.Events;
import orcaflow.streams.FlowDriver;
import orcaflow.streams.admit.NearDuplicates.Among;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareProcessorTest {

  private static final String TEXT =
      "Ann picks 12 red apples in the old garden behind her house and sells five of them at the"
          + " market on Sunday morning. How many apples are left?";
  private static final String NEARLY = TEXT.replace("Ann", "Eva");
  private static final String NEARLY_THAT =
      NEARLY.replace("picks 12", "buys 13").replace("old", "new");
  private static final String OTHER =
      "A train of 9 cars carries 40 people in each. How many is that?";

  @TempDir Path folder;
  private int drivers;

  @Test
  void ofTwoThatAreAlikeTheFirstStaysAndTheOtherNamesIt() {
    try (FlowDriver flow = driver(Among.EVERYTHING)) {
      flow.pipe(
          Events.candidate("c1", TEXT),
          Events.candidate("c2", NEARLY),
          Events.candidate("c3", OTHER),
          Events.candidate("c4", NEARLY),
          Events.candidate("c1", TEXT));

      assertThat(flow.out(Topics.PROBLEMS))
          .extracting(Problem::getCandidateId)
          .containsExactly("c1", "c3");
      assertThat(flow.out(Topics.REJECTED_CANDIDATES))
          .extracting(
              RejectedCandidate::getCandidateId,
              RejectedCandidate::getReason,
              RejectedCandidate::getDuplicateOf,
              RejectedCandidate::getMethod,
              RejectedCandidate::getSimilarity)
          .containsExactly(
              tuple("c2", "near-duplicate", Ids.problem(TEXT), "words-3", 25 / 27.0),
              tuple("c4", "duplicate", Ids.problem(NEARLY), "equal-words", 1.0));
      assertThat(flow.ids(Topics.REJECTED_CANDIDATES)).hasSize(2);
      assertThat(flow.count("orcaflow.admit.decisions", "decision", "admitted")).isEqualTo(2);
      assertThat(flow.count("orcaflow.admit.decisions", "decision", "near-duplicate")).isEqualTo(1);
    }
  }

  /** It compares with what was admitted, so a chain of small changes does not end with one. */
  @Test
  void whatWasRejectedIsNotComparedWith() {
    try (FlowDriver flow = driver(Among.EVERYTHING)) {
      flow.pipe(
          Events.candidate("c1", TEXT),
          Events.candidate("c2", NEARLY),
          Events.candidate("c3", NEARLY_THAT));

      assertThat(flow.out(Topics.PROBLEMS))
          .extracting(Problem::getCandidateId)
          .containsExactly("c1", "c3");
    }
  }

  @Test
  void aRestartRemembersWhatWasAdmitted() {
    try (FlowDriver first = driver(Among.EVERYTHING);
        FlowDriver second = driver(Among.EVERYTHING)) {
      first.pipe(Events.candidate("c1", TEXT));
      first.handStoresTo(second);
      second.pipe(Events.candidate("c2", NEARLY));

      assertThat(second.ids(Topics.PROBLEMS)).isEmpty();
      assertThat(second.out(Topics.REJECTED_CANDIDATES))
          .extracting(RejectedCandidate::getDuplicateOf)
          .containsExactly(Ids.problem(TEXT));
    }
  }

  /** A child comes after its parent was admitted; otherwise the order is shuffled. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void amongAncestorsTheOrderOfArrivalDoesNotMatter(long seed) {
    List<ProblemCandidate> seeds =
        new ArrayList<>(
            List.of(
                Events.candidate("c1", TEXT),
                Events.candidate("c2", NEARLY),
                Events.candidate("c3", OTHER)));
    List<ProblemCandidate> children =
        new ArrayList<>(
            List.of(
                child("c4", TEXT, TEXT.replace("Ann", "Zoe")),
                child("c5", TEXT, OTHER.replace("people", "sacks")),
                child("c6", OTHER, OTHER.replace("How many is that", "How many are there")),
                child("c7", NEARLY, NEARLY_THAT.replace("garden", "park"))));
    Collections.shuffle(seeds, new Random(seed));
    Collections.shuffle(children, new Random(seed));
    try (FlowDriver flow = driver(Among.ANCESTORS)) {
      seeds.forEach(flow::pipe);
      children.forEach(flow::pipe);

      assertThat(Set.copyOf(flow.out(Topics.PROBLEMS)))
          .extracting(Problem::getCandidateId)
          .containsExactlyInAnyOrder("c1", "c2", "c3", "c5", "c7");
      assertThat(flow.out(Topics.REJECTED_CANDIDATES))
          .extracting(RejectedCandidate::getCandidateId, RejectedCandidate::getDuplicateOf)
          .containsExactlyInAnyOrder(
              tuple("c4", Ids.problem(TEXT)), tuple("c6", Ids.problem(OTHER)));
    }
  }

  private static ProblemCandidate child(String id, String parent, String question) {
    return ProblemCandidate.newBuilder(Events.candidate(id, question))
        .setLineage(
            Lineage.newBuilder(Events.lineage("suggest-and-edit"))
                .setParent(Ids.problem(parent))
                .setRound(1)
                .build())
        .build();
  }

  private FlowDriver driver(Among among) {
    return new FlowDriver(
        new AdmitSettings(20, 4000).with(new NearDuplicates(among, 0.7, 3, false)),
        folder.resolve("state-" + drivers++));
  }
}
