package orcaflow.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import orcaflow.cli.page.Page;
import orcaflow.cli.page.PageExport;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A run in the browser. */
@Command(
    name = "ui",
    mixinStandardHelpOptions = true,
    description = {
      "Show a run in the browser, until Ctrl-C: what it does now, its funnel with the records behind"
          + " each number, curves, scores, problems and training steps.",
      "The page is made of the topics alone. It is served on 127.0.0.1 only, and changes the run only"
          + " for who opens it by the link that is printed here."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow ui --dir orcaflow-data",
      "  ./orcaflow ui --dir orcaflow-data --export run.html"
    })
public final class UiCommand implements Callable<Integer> {

  private static final double BYTES_OF_A_MEGABYTE = 1e6;

  @Spec private CommandSpec spec;
  @Mixin private RunSelection selection;
  @Mixin private RunRecipeOption recipe;

  @Option(
      names = "--port",
      description =
          "Port of the page on 127.0.0.1, 0 for any free one (default: "
              + Page.PORT
              + ", or a free one where that is taken).")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--export",
      paramLabel = "FILE.html",
      description =
          "Write the page as it is now to one file that opens from disk, and end: all views, the newest"
              + " records, and some problems and steps. One that is there is replaced.")
  private Optional<Path> export = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (export.isPresent() && port.isPresent()) {
      throw new Failure.BadInput("--export serves nothing, so it goes without --port");
    }
    return Stoppable.call(
        "the run is as it was",
        () -> {
          try (RunLocation.Reached reached = selection.reach()) {
            if (export.isPresent()) {
              return export(reached.cluster(), reached.started().isEmpty(), export.get());
            }
            return serve(reached.cluster(), reached.started().isEmpty());
          }
        });
  }

  private int export(Cluster cluster, boolean running, Path file) throws Exception {
    Recipe read = recipe.of(cluster, RunLog.of(cluster));
    PageExport.Written written;
    try (Progress progress = Progress.on(System.err)) {
      written = PageExport.write(cluster, read, running, file, progress);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: run %s, %.1f MB%s%n",
            file,
            cluster.run(),
            written.bytes() / BYTES_OF_A_MEGABYTE,
            written.left() == 0 ? "" : "; %d views are left out".formatted(written.left()));
    return 0;
  }

  private int serve(Cluster cluster, boolean running) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Recipe read = recipe.of(cluster, RunLog.of(cluster));
    Page.Subject subject = new Page.Subject(cluster, read, running, selection.folder());
    try (Page page = Page.open(subject, port)) {
      if (page.isElsewhere()) {
        out.printf("port %d is taken, so the page has another%n", Page.PORT);
      }
      out.printf("run %s: %s%nCtrl-C ends it%n", cluster.run(), page.link());
      out.flush();
      page.awaitCaughtUp();
      out.println("everything that was there is read");
      out.flush();
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
