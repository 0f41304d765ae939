package orcaflow.agents.seed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * A kind of file that holds rows. Kinds of other modules are named in {@code
 * META-INF/services/orcaflow.agents.seed.FileKind}.
 */
public interface FileKind {

  /** As it is named to people. */
  String name();

  /**
   * Whether a file is of this kind.
   *
   * @param name of the file in lower case, without the ending of its compression
   * @param head first bytes, uncompressed, as ISO-8859-1
   */
  boolean is(String name, String head);

  /**
   * Reads the rows.
   *
   * @param file for sentences, or to read it in any order if it is not compressed
   * @param bytes of the file, uncompressed; the rows close them
   */
  SeedRows open(Path file, InputStream bytes) throws IOException;
}
