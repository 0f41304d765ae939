package orcaflow.stack;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.jar.JarFile;

/**
 * Main of the registry's process: runs a jar's own main, and ends with the parent.
 *
 * <p>Standard input is a pipe whose other end only the parent has. However the parent goes, {@code
 * kill -9} included, the kernel closes that end, and reading here comes to the end of the stream.
 * Only the JDK is used here, and {@link PidFile}: the registry brings its own libraries.
 */
public final class RegistryGuard {

  private static final long ORDERLY_EXIT_MILLIS = 4_000;

  private RegistryGuard() {}

  /**
   * @param args the jar to run, which must be on the class path, and the file that is to name this
   *     process
   */
  public static void main(String[] args) throws Exception {
    Thread watch = new Thread(RegistryGuard::endWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    // Before the database is opened, so that a successor always knows for whom to wait.
    new PidFile(Path.of(args[1])).write(ProcessHandle.current());
    String mainClass = mainClassOf(args[0]);
    try {
      Class.forName(mainClass)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } catch (InvocationTargetException failed) {
      failed.getCause().printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static String mainClassOf(String jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      return file.getManifest().getMainAttributes().getValue("Main-Class");
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // The parent says nothing; only the end of the stream matters.
      }
      Thread exit = new Thread(() -> System.exit(0), "orderly-exit");
      exit.setDaemon(true);
      exit.start();
      exit.join(ORDERLY_EXIT_MILLIS);
    } catch (IOException | InterruptedException gone) {
      // A broken pipe means the same as a closed one.
    }
    Runtime.getRuntime().halt(1);
  }
}
