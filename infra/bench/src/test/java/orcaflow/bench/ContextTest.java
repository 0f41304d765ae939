package orcaflow.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.cli.terminal.Progress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextTest {

  @TempDir private Path root;
  private Context context;

  @BeforeEach
  void context() throws IOException {
    Progress quiet = Progress.on(new PrintStream(OutputStream.nullOutputStream()));
    context = new Context(root, root, quiet, Set.of());
  }

  @Test
  void takesTurnsAndComparesEachWithItsNeighbour() throws Exception {
    List<String> order = new ArrayList<>();
    Iterator<Double> ours = List.of(10., 20., 60.).iterator();
    Iterator<Double> theirs = List.of(10., 10., 20.).iterator();
    Context.Turns turns =
        context.turns(
            "test",
            3,
            () -> {
              order.add("ours");
              return ours.next();
            },
            () -> {
              order.add("peer");
              return theirs.next();
            });
    assertThat(order).containsExactly("ours", "peer", "ours", "peer", "ours", "peer");
    assertThat(turns.ratio()).isEqualTo(new Spread(2, 1, 3, 3));
    assertThat(turns.ours().max()).isEqualTo(60);
    assertThat(turns.peer().median()).isEqualTo(10);
  }

  /** Squares what it is asked, and talks beside it. */
  static final class Squares {
    public static void main(String[] arguments) throws IOException {
      Answering.questions(
          question -> {
            System.out.println("noise");
            int x = question.get("x").asInt();
            if (x < 0) {
              throw new IllegalArgumentException("no square of " + x);
            }
            return Map.of("y", x * x + arguments.length);
          });
    }
  }

  @Test
  void aChildJvmAnswersAndTellsWhatItUsed() throws Exception {
    try (Partner child = context.jvm(Squares.class, List.of("-Xmx64m"), "one")) {
      JsonNode first = child.ask(Map.of("x", 3));
      JsonNode second = child.ask(Map.of("x", 4));
      assertThat(first.get("y").asInt()).isEqualTo(10);
      assertThat(second.get("y").asInt()).isEqualTo(17);
      assertThat(child.cpuSeconds()).isPositive();
      assertThat(child.residentBytes()).isGreaterThan(1 << 20);
      assertThatThrownBy(() -> child.ask(Map.of("x", -1)))
          .isInstanceOf(CannotMeasure.class)
          .hasMessageContaining("no square of -1");
    }
  }

  /** Ends at once. */
  static final class Gone {
    public static void main(String[] arguments) {
      System.err.println("out of luck");
    }
  }

  @Test
  void aChildThatEndsIsASentenceWithItsLastWords() throws Exception {
    try (Partner child = context.jvm(Gone.class, List.of())) {
      assertThatThrownBy(() -> child.ask(Map.of()))
          .isInstanceOf(CannotMeasure.class)
          .hasMessageContaining("the child Gone")
          .hasMessageContaining("out of luck");
    }
  }

  @Test
  void peersThatCannotBeInstalledAreASentence() throws Exception {
    Path peers = Files.createDirectories(root.resolve("infra/bench/peers"));
    Files.writeString(peers.resolve("echo.py"), "");
    Path setup = Files.writeString(peers.resolve("setup"), "#!/bin/sh\necho no wheels; exit 1\n");
    assertThat(setup.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> context.peer("echo"))
        .isInstanceOf(CannotMeasure.class)
        .hasMessageContaining("the peers cannot be installed");
    assertThat(Files.readString(root.resolve("infra/bench/target/logs/setup.log")))
        .contains("no wheels");
  }
}
