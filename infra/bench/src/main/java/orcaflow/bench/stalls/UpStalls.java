package orcaflow.bench.stalls;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.ServiceProcess;
import orcaflow.bench.Spread;

/** Stops of a run that is one process. */
final class UpStalls {

  private static final Pattern IS_UP = Pattern.compile("(up; Ctrl-C ends it)");
  private static final long LEFT_BYTES = 100L << 20;
  private static final int BLOCK_BYTES = 1 << 20;

  /** A file system in memory, which only this process and its children see. */
  private static final List<String> ON_A_SMALL_DISK =
      List.of(
          "unshare",
          "--map-root-user",
          "--mount",
          "sh",
          "-c",
          "mount -t tmpfs -o size=1g none \"$0\" && exec \"$@\"");

  private final Context context;
  private final Path recipe;

  UpStalls(Context context, Path recipe) {
    this.context = context;
    this.recipe = recipe;
  }

  /** A run without a source: the time from its being up. */
  Measure emptySource() throws Exception {
    try (ServiceProcess up = start(List.of(), context.work().resolve("up"))) {
      up.said(IS_UP);
      return measure("source_is_empty", up, Pattern.compile("(STALLED .*)"), System.nanoTime());
    }
  }

  /** A run whose disk fills up: the time until it says so; then it has to end, with a status. */
  Measure fullDisk() throws Exception {
    Path disk = Files.createDirectory(context.work().resolve("small"));
    List<String> by = new ArrayList<>(ON_A_SMALL_DISK);
    by.add(disk.toString());
    try (ServiceProcess up = start(by, disk.resolve("up"), "--source=scripted:10/s")) {
      up.said(IS_UP);
      fill(Path.of("/proc/%d/root%s".formatted(up.pid(), disk)));
      Measure measure =
          measure(
              "disk_is_nearly_full", up, Pattern.compile("(the disk of .*)"), System.nanoTime());
      int status = up.ended();
      if (status != 1) {
        throw new CannotMeasure("up ended with status %d on a full disk".formatted(status));
      }
      return measure;
    }
  }

  private ServiceProcess start(List<String> by, Path dir, String... more) throws IOException {
    return ServiceProcess.start(
        context.work(), by, ServiceProcess.up(context.work(), dir, recipe, more), Map.of());
  }

  private static void fill(Path disk) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    File space = disk.toFile();
    try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
      while (space.getUsableSpace() > LEFT_BYTES) {
        filler.write(block);
      }
    }
  }

  private Measure measure(String name, ServiceProcess up, Pattern line, long began)
      throws Exception {
    String found = up.said(line);
    double seconds = (System.nanoTime() - began) / 1e9;
    context.progress().say("%s: after %.1f s: %s".formatted(name, seconds, found));
    return Measure.atMost(
        StallsBenchmark.CEILING_SECONDS, name + "_seconds", Spread.of(seconds), "s", "");
  }
}
