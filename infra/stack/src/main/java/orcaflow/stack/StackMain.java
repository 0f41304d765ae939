package orcaflow.stack;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import orcaflow.service.GracefulShutdown;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The stack alone, until SIGTERM or Ctrl-C. */
@Command(
    name = "stack",
    mixinStandardHelpOptions = true,
    description =
        "A Kafka broker and a schema registry on 127.0.0.1: ports 9092 and 8081, or free ones.",
    footer = {"", "Example:", "  stack --dir data/stack"})
public final class StackMain implements Callable<Integer> {

  @Option(names = "--dir", required = true, description = "The folder that keeps the data.")
  private Path dir;

  public static void main(String[] args) {
    System.exit(Tool.commandLine(new StackMain()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    Stack stack = Stack.startOnUsualPorts(dir);
    GracefulShutdown.beginsWith("stack", stack::close);
    stack.taken().forEach(sentence -> System.out.println("stack: " + sentence));
    System.out.printf("kafka     %s%n", stack.broker().bootstrap());
    System.out.printf("registry  %s%n", stack.registry().url());
    System.out.flush();
    new CountDownLatch(1).await(); // a signal ends it
    return CommandLine.ExitCode.OK;
  }
}
