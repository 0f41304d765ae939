package orcaflow.trainer.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.schemas.Ids;
import orcaflow.service.AtomicFile;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.objective.ReferenceLogProbs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints in a folder, one folder each: {@code learner.safetensors}, {@code reference.f64}
 * and {@code best.safetensors} where they exist, {@code checkpoint.json} and {@code SHA256SUMS}
 * over them (as {@code sha256sum -c} reads it). Each is written under another name, fsynced and
 * renamed, so a folder with its final name is whole unless the disk fails; the sums detect that.
 */
final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT);
  private static final String HEAD = "checkpoint.json";
  private static final String LEARNER = "learner.safetensors";
  private static final String REFERENCE = "reference.f64";
  private static final String BEST = "best.safetensors";
  private static final String SUMS = "SHA256SUMS";
  private static final String UNFINISHED = ".unfinished-";
  private static final String DAMAGED = ".damaged";

  private final Path folder;
  private final int keep;

  /**
   * @param keep how many whole ones to keep
   */
  Checkpoints(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
    try {
      Files.createDirectories(folder);
      for (Path unfinished : list(Checkpoints::isLeftBehind)) {
        delete(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot hold checkpoints".formatted(folder), e);
    }
  }

  /** Stores a checkpoint and deletes the oldest. */
  void write(Checkpoint checkpoint) {
    String name = name(checkpoint.head());
    Path unfinished = folder.resolve(UNFINISHED + self() + "-" + System.nanoTime() + "-" + name);
    Path target = folder.resolve(name);
    try {
      Files.createDirectories(unfinished);
      checkpoint.learner().write(unfinished.resolve(LEARNER));
      checkpoint.reference().ifPresent(known -> known.write(unfinished.resolve(REFERENCE)));
      checkpoint.best().ifPresent(best -> Safetensors.write(unfinished.resolve(BEST), best));
      JSON.writeValue(unfinished.resolve(HEAD).toFile(), checkpoint.head());
      Files.writeString(unfinished.resolve(SUMS), sums(unfinished));
      for (Path file : files(unfinished)) {
        sync(file);
      }
      sync(unfinished);
      delete(target);
      put(unfinished, target);
      prune();
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint %s cannot be written".formatted(target), e);
    }
  }

  /**
   * The newest whole checkpoint of an iteration's plan. A damaged one is logged, renamed and
   * skipped.
   */
  Optional<Checkpoint> newest(String plan) {
    try {
      for (Path candidate : newestFirst()) {
        Optional<String> damage = damage(candidate);
        if (damage.isPresent()) {
          setAside(candidate, damage.get());
          continue;
        }
        Checkpoint.Head head =
            JSON.readValue(candidate.resolve(HEAD).toFile(), Checkpoint.Head.class);
        if (head.plan().equals(plan)) {
          Path reference = candidate.resolve(REFERENCE);
          Path best = candidate.resolve(BEST);
          return Optional.of(
              new Checkpoint(
                  head,
                  LearnerState.read(candidate.resolve(LEARNER)),
                  Files.exists(reference)
                      ? Optional.of(ReferenceLogProbs.read(reference))
                      : Optional.empty(),
                  Files.exists(best) ? Optional.of(Safetensors.read(best)) : Optional.empty()));
        }
      }
      return Optional.empty();
    } catch (NoSuchFileException e) {
      // A trainer that is being fenced has deleted an old one meanwhile: look again.
      return newest(plan);
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoints in %s cannot be read".formatted(folder), e);
    }
  }

  /**
   * Two trainers of one run may write the same checkpoint until the older one is fenced. They
   * compute the same bits, so it does not matter whose is kept.
   */
  private static void put(Path unfinished, Path target) throws IOException {
    try {
      AtomicFile.move(unfinished, target);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      delete(unfinished);
    }
  }

  /** Unfinished, and not of a process that may still be writing it. */
  private static boolean isLeftBehind(String name) {
    return name.startsWith(UNFINISHED)
        && ProcessHandle.of(Long.parseLong(name.substring(UNFINISHED.length()).split("-")[0]))
            .filter(process -> name.startsWith(UNFINISHED + identity(process) + "-"))
            .isEmpty();
  }

  private static String self() {
    return identity(ProcessHandle.current());
  }

  /** In a container every process may be number 1: the start time distinguishes them. */
  private static String identity(ProcessHandle process) {
    return process.pid()
        + "-"
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private void setAside(Path checkpoint, String damage) throws IOException {
    Path aside = folder.resolve(checkpoint.getFileName() + DAMAGED);
    LOG.warn(
        "checkpoint {} is damaged ({}): going back to the one before it;"
            + " the damaged one is kept as {}",
        checkpoint.getFileName(),
        damage,
        aside.getFileName());
    delete(aside);
    Files.move(checkpoint, aside);
  }

  /** The damage of a checkpoint, if any. */
  private static Optional<String> damage(Path checkpoint) throws IOException {
    Path sums = checkpoint.resolve(SUMS);
    if (!Files.exists(sums)) {
      return Optional.of(SUMS + " is missing");
    }
    return Files.readString(sums).equals(sums(checkpoint))
        ? Optional.empty()
        : Optional.of("its files do not have the sums in " + SUMS);
  }

  private static String sums(Path checkpoint) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (Path file : files(checkpoint)) {
      if (!file.endsWith(SUMS)) {
        sums.append(sha256(file)).append("  ").append(file.getFileName()).append('\n');
      }
    }
    return sums.toString();
  }

  private static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private void prune() throws IOException {
    for (Path old : newestFirst().stream().skip(keep).toList()) {
      delete(old);
    }
  }

  /** By number and step, which the names keep in order. */
  private List<Path> newestFirst() throws IOException {
    return list(name -> !name.startsWith(".") && !name.endsWith(DAMAGED)).stream()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private List<Path> list(java.util.function.Predicate<String> names) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> names.test(path.getFileName().toString()))
          .collect(Collectors.toList());
    }
  }

  private static String name(Checkpoint.Head head) {
    return Ids.checkpoint(head.number(), head.name(), head.step());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (Path file : files(path)) {
        delete(file);
      }
    }
    Files.deleteIfExists(path);
  }
}
