package orcaflow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import orcaflow.cli.terminal.Progress;

/** What the harness gives a benchmark: progress, a folder, partners, and turns. */
public final class Context {

  /** One run of one side. */
  @FunctionalInterface
  public interface Run {
    /** What the run gave, e.g. tokens per CPU-second. */
    double measured() throws Exception;
  }

  /**
   * What turns gave.
   *
   * @param ratio ours / the peer's, turn by turn
   */
  public record Turns(Spread ratio, Spread ours, Spread peer) {}

  private final Path root;
  private final Path work;
  private final Progress progress;
  private final Set<String> only;
  private final Peers peers;

  /**
   * @param root of the repository
   * @param work a new folder for files of this run, removed after it
   * @param only names of measures that are wanted; empty for all
   */
  Context(Path root, Path work, Progress progress, Set<String> only) throws IOException {
    this.root = root;
    this.work = work;
    this.progress = progress;
    this.only = only;
    Path logs = root.resolve("infra/bench/target/logs");
    Files.createDirectories(logs);
    this.peers = new Peers(root.resolve("infra/bench/peers"), logs);
  }

  /** The repository. */
  public Path root() {
    return root;
  }

  /** A folder for files of this run; it is removed afterwards. */
  public Path work() {
    return work;
  }

  /** For work that takes longer than a few seconds. */
  public Progress progress() {
    return progress;
  }

  /** Whether this measure was asked for; {@code --only} leaves some out. */
  public boolean wants(String measure) {
    return only.isEmpty() || only.contains(measure);
  }

  /**
   * Runs ours and the peer's in turns, so that a change of the machine's load meets both.
   *
   * @param phase for the progress lines
   * @param turns how often each runs
   */
  public Turns turns(String phase, int turns, Run ours, Run peer) throws Exception {
    List<Double> mine = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    progress.show(phase, 0, OptionalLong.of(turns), "turns");
    for (int turn = 0; turn < turns; turn++) {
      mine.add(ours.measured());
      theirs.add(peer.measured());
      ratios.add(mine.get(turn) / theirs.get(turn));
      progress.show(
          phase,
          turn + 1,
          OptionalLong.of(turns),
          "turns; ours %s, peer %s, ratio %s"
              .formatted(
                  Numbers.plain(mine.get(turn)),
                  Numbers.plain(theirs.get(turn)),
                  Numbers.plain(ratios.get(turn))));
    }
    return new Turns(Spread.of(ratios), Spread.of(mine), Spread.of(theirs));
  }

  /** CPU-seconds this process has used so far, on all its threads, native ones included. */
  public static double cpuSeconds() {
    return Machine.cpuSeconds();
  }

  /**
   * Starts {@code infra/bench/peers/NAME.py}; installs the peers once.
   *
   * @throws CannotMeasure if they are not to be had
   */
  public Partner peer(String name, String... arguments) throws CannotMeasure {
    return peers.start(name, List.of(arguments));
  }

  /**
   * Starts {@code infra/bench/peers/NAME.py} with the {@code python3} of the path. For a peer that
   * needs nothing but Python's own library.
   *
   * @throws CannotMeasure if there is no Python
   */
  public Partner plainPeer(String name, String... arguments) throws CannotMeasure {
    return peers.startPlain(name, List.of(arguments));
  }

  /**
   * Starts a JVM of its own with this class path, for CPU-seconds or memory of a whole process.
   *
   * @param main answers by {@link Answering}
   * @param jvmOptions e.g. {@code -Xmx512m}
   */
  public Partner jvm(Class<?> main, List<String> jvmOptions, String... arguments)
      throws CannotMeasure {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-Dorcaflow.root=" + root);
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    String name = main.getSimpleName();
    return Partner.start(
        "the child " + name, command, root.resolve("infra/bench/target/logs/" + name + ".log"));
  }
}
