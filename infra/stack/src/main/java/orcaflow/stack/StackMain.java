package orcaflow.stack;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The stack alone, until SIGTERM or Ctrl-C: {@code StackMain --dir D}. */
public final class StackMain {

  private static final String USAGE = "usage: StackMain --dir D   (the folder that keeps the data)";

  private StackMain() {}

  public static void main(String[] args) throws InterruptedException {
    Optional<Path> dir = dir(args);
    if (dir.isEmpty()) {
      System.err.println(USAGE);
      System.exit(2);
    }
    try {
      run(dir.get());
    } catch (StackException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Path dir) throws InterruptedException {
    Stack stack = Stack.start(dir);
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stack-stop"));
    System.out.printf("kafka     %s%n", stack.broker().bootstrap());
    System.out.printf("registry  %s%n", stack.registry().url());
    System.out.flush();
    new CountDownLatch(1).await();
  }

  private static Optional<Path> dir(String[] args) {
    return args.length == 2 && args[0].equals("--dir")
        ? Optional.of(Path.of(args[1]))
        : Optional.empty();
  }
}
