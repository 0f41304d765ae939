package orcaflow.trainer;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import orcaflow.service.Observe;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.TorchDevice;

/**
 * The trainer's settings, all but where the run lives and what its recipe is. The commented file
 * {@code trainer.yaml} beside this class's resources lists each with its default.
 *
 * @param dir folder for checkpoints and policies
 * @param torchThreads passes through the student side by side; the bits do not depend on it
 * @param device {@code cpu} or {@code cuda:N}, for training, serving and evaluation
 * @param precision {@code float32} or {@code bfloat16}, of matrix products, likewise
 * @param train the training loop
 * @param server the policy server
 * @param evaluate evaluation of new policies
 * @param observe metrics and health
 */
public record TrainerConfig(
    String dir,
    int torchThreads,
    String device,
    String precision,
    Train train,
    Server server,
    Evaluate evaluate,
    Observe observe) {

  public TrainerConfig {
    require(dir != null && !dir.isBlank(), "dir", dir, "a folder for checkpoints and policies");
    require(
        torchThreads >= 1 && torchThreads <= 256, "torchThreads", torchThreads, "a number from 1");
    device = device == null ? TorchDevice.CPU : device;
    require(TorchDevice.named(device), "device", device, "cpu, or cuda:0 and so on");
    precision = precision == null ? Precision.FLOAT32.label() : precision;
    require(Precision.named(precision), "precision", precision, "float32 or bfloat16");
    require(train != null, "train", null, "the settings of training");
    require(server != null, "server", null, "the settings of the policy server");
    require(evaluate != null, "evaluate", null, "the settings of evaluation");
    require(observe != null, "observe", null, "host and port of metrics and health");
  }

  /**
   * @param enabled whether this process trains
   * @param checkpoint how often to save
   * @param readSeconds how long to wait for rows that an iteration names and that do not come
   * @param openAfterRows continuous mode: open the next iteration after N new rows; 0 when somebody
   *     else opens iterations
   * @param openAfterQuietSeconds continuous mode: open an iteration on rollouts with fewer rows
   *     once no row has come for that time; 0: never
   */
  public record Train(
      boolean enabled,
      Checkpointing checkpoint,
      int readSeconds,
      long openAfterRows,
      int openAfterQuietSeconds) {
    public Train {
      require(checkpoint != null, "checkpoint", null, "steps, seconds and keep");
      require(readSeconds >= 1, "readSeconds", readSeconds, "1 or more");
      require(openAfterRows >= 0, "openAfterRows", openAfterRows, "0 or more");
      require(
          openAfterQuietSeconds >= 0, "openAfterQuietSeconds", openAfterQuietSeconds, "0 or more");
    }
  }

  /** A checkpoint after N steps or seconds, whichever comes first; the newest are kept. */
  public record Checkpointing(int steps, int seconds, int keep) {
    public Checkpointing {
      require(steps >= 1, "checkpoint.steps", steps, "1 or more");
      require(seconds >= 1, "checkpoint.seconds", seconds, "1 or more");
      require(keep >= 1, "checkpoint.keep", keep, "1 or more");
    }
  }

  /**
   * @param enabled whether this process serves policies
   * @param host a loopback address
   * @param port empty for the usual one, or a free one where that is taken; 0 for any free one
   * @param batch most completions made at once
   * @param gatherMillis how long the first request of a batch waits for company
   * @param queue most completions waiting; a request beyond is answered 429
   * @param policies how many policies are kept loaded
   * @param maxTokens longest completion a request may ask for, and the default
   */
  public record Server(
      boolean enabled,
      String host,
      Optional<Integer> port,
      int batch,
      int gatherMillis,
      int queue,
      int policies,
      int maxTokens) {
    public Server {
      require(host != null && !host.isBlank(), "server.host", host, "127.0.0.1");
      port = port == null ? Optional.empty() : port;
      require(
          port.stream().allMatch(given -> given >= 0 && given <= 65_535),
          "server.port",
          port.orElse(null),
          "0 to 65535");
      require(batch >= 1, "server.batch", batch, "1 or more");
      require(gatherMillis >= 0, "server.gatherMillis", gatherMillis, "0 or more");
      require(queue >= 1, "server.queue", queue, "1 or more");
      require(policies >= 1, "server.policies", policies, "1 or more");
      require(maxTokens >= 1, "server.maxTokens", maxTokens, "1 or more");
    }
  }

  /**
   * @param enabled whether this process evaluates new policies
   * @param benchmarks JSONL files, plain or gzipped, of {"id", "question", "answer"}
   * @param validation a file of the same form, for the gate of a recipe that has one
   * @param batch questions answered at once
   */
  public record Evaluate(
      boolean enabled, List<String> benchmarks, Optional<String> validation, int batch) {
    public Evaluate {
      validation = validation == null ? Optional.empty() : validation;
      benchmarks = benchmarks == null ? List.of() : List.copyOf(benchmarks);
      require(batch >= 1, "evaluate.batch", batch, "1 or more");
    }
  }

  /** The same with another folder and these files. */
  public TrainerConfig in(Path folder, List<Path> benchmarks, Optional<Path> validation) {
    return new TrainerConfig(
        folder.toString(),
        torchThreads,
        device,
        precision,
        train,
        server,
        new Evaluate(
            evaluate.enabled,
            benchmarks.stream().map(Path::toString).toList(),
            validation.map(Path::toString),
            evaluate.batch),
        observe);
  }

  public Path folder() {
    return Path.of(dir);
  }

  /** The same with any free ports: for several in one JVM or on one machine. */
  public TrainerConfig onFreePorts() {
    Server anywhere =
        new Server(
            server.enabled,
            server.host,
            Optional.of(0),
            server.batch,
            server.gatherMillis,
            server.queue,
            server.policies,
            server.maxTokens);
    return new TrainerConfig(
        dir, torchThreads, device, precision, train, anywhere, evaluate, observe.onFreePort());
  }

  /** The same on another device. */
  public TrainerConfig on(String otherDevice) {
    return new TrainerConfig(
        dir, torchThreads, otherDevice, precision, train, server, evaluate, observe);
  }

  /** The same in another precision. */
  public TrainerConfig in(String otherPrecision) {
    return new TrainerConfig(
        dir, torchThreads, device, otherPrecision, train, server, evaluate, observe);
  }

  /** The same with another training section. */
  public TrainerConfig with(Train other) {
    return new TrainerConfig(
        dir, torchThreads, device, precision, other, server, evaluate, observe);
  }

  /** The same with another policy server section. */
  public TrainerConfig with(Server other) {
    return new TrainerConfig(dir, torchThreads, device, precision, train, other, evaluate, observe);
  }

  /** The same with another evaluation section. */
  public TrainerConfig with(Evaluate other) {
    return new TrainerConfig(dir, torchThreads, device, precision, train, server, other, observe);
  }
}
