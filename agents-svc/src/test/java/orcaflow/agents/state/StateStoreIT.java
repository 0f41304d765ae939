package orcaflow.agents.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.agents.Lab;
import orcaflow.agents.state.StateStore.Kind;
import orcaflow.events.Problem;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.AccessRules;
import orcaflow.stack.PartTopics;
import orcaflow.stack.SharedStack;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What a process of the agents knows outlives it, and belongs to the topics as they are. */
class StateStoreIT {

  private static final List<Topic<?>> TOPICS = List.of(Topics.PROBLEMS);

  @TempDir Path dir;
  private Lab lab;

  @BeforeEach
  void topics(TestInfo test) {
    lab = Lab.on(SharedStack.get(), "state-" + test.getTestMethod().orElseThrow().getName(), 2);
  }

  private StateStore open() {
    return StateStore.open(dir.resolve("state"), lab.cluster(), TOPICS);
  }

  @Test
  void entriesAreThereAgainByKindAndId() {
    String hash = Ids.hash("an id");
    try (StateStore store = open()) {
      store.table(Kind.FINISHED_INPUTS).addAll(List.of(hash, "another"));
      store.table(Kind.MODEL_CALLS).put(hash, bytes("first"));
      store.table(Kind.MODEL_CALLS).put(hash, bytes("second"));
      store.table(Kind.SENT_CALLS).put("gone", bytes("x"));
      store.table(Kind.SENT_CALLS).remove("gone");
    }
    try (StateStore store = open()) {
      assertThat(store.table(Kind.FINISHED_INPUTS).contains(hash)).isTrue();
      assertThat(store.table(Kind.FINISHED_INPUTS).contains("another")).isTrue();
      assertThat(store.table(Kind.FINISHED_INPUTS).contains(Ids.hash("other"))).isFalse();
      assertThat(store.table(Kind.MODEL_CALLS).find(hash)).contains(bytes("second"));
      assertThat(store.table(Kind.SENT_CALLS).values()).isEmpty();
      store.table(Kind.SENT_CALLS).put("a", bytes("1"));
      store.table(Kind.SENT_CALLS).put("b", bytes("2"));
      assertThat(store.table(Kind.SENT_CALLS).values())
          .containsExactlyInAnyOrder(bytes("1"), bytes("2"));
      store.table(Kind.SENT_CALLS).clear();
      assertThat(store.table(Kind.SENT_CALLS).values()).isEmpty();
      assertThat(store.table(Kind.MODEL_CALLS).contains(hash)).isTrue();
    }
  }

  @Test
  void aTopicIsReadOnFromWhereTheLastReadingEnded() {
    lab.write(Topics.PROBLEMS, problems(0, 30));
    try (StateStore store = open()) {
      assertThat(read(store)).hasSize(30);
      lab.write(Topics.PROBLEMS, problems(30, 40));
      assertThat(read(store)).hasSize(10);
    }
    lab.write(Topics.PROBLEMS, problems(40, 45));
    try (StateStore store = open()) {
      assertThat(read(store)).containsExactlyInAnyOrderElementsOf(ids(problems(40, 45)));
      assertThat(read(store)).isEmpty();
    }
  }

  @Test
  void theNoteIsOfTheRecordsThatWereRead() {
    lab.write(Topics.PROBLEMS, problems(0, 7));
    List<String> seen = new ArrayList<>();
    for (String before : List.of("", "7", "7")) {
      try (StateStore store = open();
          TopicFeed<String, Problem> feed = feed(store, seen)) {
        assertThat(feed.savedNote().orElse("")).isEqualTo(before);
        feed.catchUp(record -> seen.add(record.key()));
      }
    }
  }

  @Test
  void whatIsKnownOfATopicIsForgottenWhenItIsMadeAgain() throws Exception {
    lab.write(Topics.PROBLEMS, problems(0, 3));
    try (StateStore store = open()) {
      assertThat(read(store)).hasSize(3);
      store.table(Kind.FINISHED_INPUTS).put("x", bytes(""));
    }
    try (Admin admin = Admin.create(lab.cluster().clientSettings())) {
      admin.deleteTopics(List.of(Topics.PROBLEMS.in(lab.cluster().run()))).all().get();
    }
    PartTopics.create(lab.cluster(), 2, AccessRules.Part.AGENTS);
    lab.write(Topics.PROBLEMS, problems(0, 5));
    try (StateStore store = open()) {
      assertThat(store.table(Kind.FINISHED_INPUTS).contains("x")).isFalse();
      assertThat(read(store)).hasSize(5);
    }
  }

  @Test
  void whatIsKnownOfATopicThatEndsBeforeItWasReadIsForgotten() {
    lab.write(Topics.PROBLEMS, problems(0, 3));
    try (StateStore store = open()) {
      store.table(Kind.FINISHED_INPUTS).put("x", bytes(""));
      store.settled("solve", Topics.PROBLEMS.in(lab.cluster().run()), Map.of(0, 1000L));
    }
    try (StateStore store = open()) {
      assertThat(store.table(Kind.FINISHED_INPUTS).contains("x")).isFalse();
      assertThat(store.settled("solve")).isEmpty();
    }
  }

  @Test
  void whatNobodyWantedIsLookedAtAgainUnderAnotherRule() {
    String topic = Topics.PROBLEMS.in(lab.cluster().run());
    lab.write(Topics.PROBLEMS, problems(0, 30));
    try (StateStore store = open()) {
      store.settleBy("a tenth");
      store.settled("ask", topic, Map.of(0, 3L, 1, 4L));
      store.settleBy("a tenth");
      assertThat(store.settled("ask")).isEqualTo(Map.of(0, 3L, 1, 4L));
    }
    try (StateStore store = open()) {
      store.settleBy("all");
      assertThat(store.settled("ask")).isEmpty();
    }
  }

  @Test
  void aFolderInUseIsLeftAlone() {
    lab.write(Topics.PROBLEMS, problems(0, 3));
    try (StateStore older = open()) {
      assertThat(read(older)).hasSize(3);
      try (StateStore newer = open()) {
        assertThat(read(newer)).as("it begins with nothing").hasSize(3);
        newer.table(Kind.SENT_CALLS).put("a", bytes("1"));
      }
      assertThat(older.table(Kind.SENT_CALLS).contains("a")).isFalse();
    }
  }

  @Test
  void aDamagedFolderIsMadeAgain() throws IOException {
    lab.write(Topics.PROBLEMS, problems(0, 3));
    try (StateStore store = open()) {
      assertThat(read(store)).hasSize(3);
    }
    Files.writeString(dir.resolve("state").resolve("CURRENT"), "MANIFEST-no-such\n");
    try (StateStore store = open()) {
      assertThat(read(store)).hasSize(3);
    }
    try (StateStore store = open()) {
      assertThat(read(store)).isEmpty();
    }
  }

  @Test
  void whoComesAfterTheEndGetsAnExceptionAndNoCrash() {
    StateStore store = StateStore.temporary(lab.cluster(), TOPICS);
    StateStore.Table table = store.table(Kind.FINISHED_INPUTS);
    store.close();
    store.close();
    assertThatThrownBy(() -> table.contains("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is closed");
  }

  private List<String> read(StateStore store) {
    List<String> ids = new ArrayList<>();
    try (TopicFeed<String, Problem> feed = feed(store, ids)) {
      feed.catchUp(record -> ids.add(record.value().getId()));
    }
    return ids;
  }

  private TopicFeed<String, Problem> feed(StateStore store, List<String> seen) {
    return new TopicFeed<>(
        store,
        Topics.PROBLEMS.in(lab.cluster().run()),
        TopicReader.events(lab.cluster()),
        () -> Integer.toString(seen.size()));
  }

  private static List<Problem> problems(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Lab.problem("Sam has %d coins. How many coins?".formatted(i)))
        .toList();
  }

  private static List<String> ids(List<Problem> problems) {
    return problems.stream().map(Problem::getId).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
