package orcaflow.agents.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import orcaflow.testing.Keytool;

/** Certificates for a test, made by the JDK's keytool, as PEM files. */
final class Certificates {

  private static final String PASSWORD = "of-a-test";

  private final Path dir;

  Certificates(Path dir) {
    this.dir = dir;
  }

  /** An authority; its certificate is {@code <name>.pem}. */
  Certificates authority(String name) throws Exception {
    keytool(
        "-genkeypair",
        name,
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "bc:c");
    pem(name);
    return this;
  }

  /**
   * A certificate {@code <name>.pem} with its key {@code <name>-key.pem}, signed by an authority.
   */
  Certificates signed(String name, String authority) throws Exception {
    keytool("-genkeypair", name, "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name);
    keytool("-certreq", name, "-alias", name, "-file", file(name + ".csr"));
    keytool(
        "-gencert",
        authority,
        "-alias",
        authority,
        "-infile",
        file(name + ".csr"),
        "-outfile",
        file(name + ".crt"),
        "-rfc",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost");
    keytool("-importcert", name, "-alias", "ca", "-noprompt", "-file", file(authority + ".pem"));
    keytool("-importcert", name, "-alias", name, "-noprompt", "-file", file(name + ".crt"));
    pem(name);
    return this;
  }

  Path certificate(String name) {
    return dir.resolve(name + ".pem");
  }

  Path key(String name) {
    return dir.resolve(name + "-key.pem");
  }

  private String file(String name) {
    return dir.resolve(name).toString();
  }

  private void keytool(String command, String store, String... more)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(
        List.of("-keystore", file(store + ".p12"), "-storetype", "PKCS12", "-storepass", PASSWORD));
    all.addAll(List.of(more));
    Keytool.run(all);
  }

  private void pem(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(dir.resolve(name + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    Key key = store.getKey(name, PASSWORD.toCharArray());
    Files.writeString(
        certificate(name), pem("CERTIFICATE", store.getCertificate(name).getEncoded()));
    Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes));
  }
}
