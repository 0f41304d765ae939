package orcaflow.stack;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.testing.Keytool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A node as of {@link Broker}, whose listener for clients takes SASL_SSL with SCRAM-SHA-512 only.
 * Its certificate is its own authority and lies in a trust store for the clients. What no rule
 * allows is denied to all users but {@link #ADMIN}.
 */
public final class SecuredBroker implements AutoCloseable {

  /** The user who may do everything. */
  public static final String ADMIN = "admin";

  private static final String CLIENTS = "SECURED";
  private static final String INTERNAL = "INTERNAL";
  private static final String PASSWORD = "store-password";

  private final Path dir;
  private final KafkaNode node;
  private final String bootstrap;

  private SecuredBroker(Path dir, KafkaNode node, String bootstrap) {
    this.dir = dir;
    this.node = node;
    this.bootstrap = bootstrap;
  }

  /** Starts with these users and their passwords. */
  public static SecuredBroker start(Path dir, Map<String, String> users) throws Exception {
    Files.createDirectories(dir);
    keyStores(dir);
    format(dir.resolve("log"), users);
    HeldPort clients = HeldPort.any();
    HeldPort internal = HeldPort.any();
    HeldPort controllers = HeldPort.any();
    Map<String, String> settings =
        BrokerSettings.of(dir.resolve("log"), clients.number(), controllers.number());
    settings.put(
        "listeners",
        "SECURED://127.0.0.1:%d,INTERNAL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(clients.number(), internal.number(), controllers.number()));
    settings.put(
        "advertised.listeners",
        "SECURED://127.0.0.1:%d,INTERNAL://127.0.0.1:%d"
            .formatted(clients.number(), internal.number()));
    settings.put(
        "listener.security.protocol.map",
        "SECURED:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", INTERNAL);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS;User:" + ADMIN);
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put(
        "listener.name.secured.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put("ssl.keystore.location", dir.resolve("server.p12").toString());
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.password", PASSWORD);
    settings.put("ssl.key.password", PASSWORD);
    KafkaNode node =
        new KafkaNode(
            settings,
            Map.of(CLIENTS, clients, INTERNAL, internal, BrokerSettings.CONTROLLERS, controllers));
    node.startup();
    return new SecuredBroker(dir, node, "127.0.0.1:" + clients.number());
  }

  public String bootstrap() {
    return bootstrap;
  }

  /** The settings with which a client is let in as this user. */
  public Map<String, String> clientSettings(String user, String password) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("security.protocol", "SASL_SSL");
    settings.put("sasl.mechanism", "SCRAM-SHA-512");
    settings.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password));
    settings.put("ssl.truststore.location", dir.resolve("trust.p12").toString());
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.password", PASSWORD);
    return settings;
  }

  /** Its key and certificate, for another server that the clients trust, too. */
  public Path keyStore() {
    return dir.resolve("server.p12");
  }

  /** The password of the stores. */
  public String storePassword() {
    return PASSWORD;
  }

  @Override
  public void close() {
    node.shutdown();
  }

  private static void format(Path log, Map<String, String> users) throws Exception {
    Files.createDirectories(log);
    new Formatter()
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setDirectories(List.of(log.toString()))
        .setMetadataLogDirectory(log.toString())
        .setControllerListenerName(BrokerSettings.CONTROLLERS)
        .setScramArguments(
            users.entrySet().stream()
                .map(u -> "SCRAM-SHA-512=[name=%s,password=%s]".formatted(u.getKey(), u.getValue()))
                .toList())
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private static void keyStores(Path dir) throws Exception {
    String key = dir.resolve("server.p12").toString();
    String certificate = dir.resolve("server.pem").toString();
    Keytool.run(
        List.of(
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-dname",
            "CN=127.0.0.1",
            "-ext",
            "SAN=ip:127.0.0.1",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            key,
            "-storepass",
            PASSWORD));
    Keytool.run(
        List.of(
            "-exportcert",
            "-rfc",
            "-alias",
            "server",
            "-keystore",
            key,
            "-storepass",
            PASSWORD,
            "-file",
            certificate));
    Keytool.run(
        List.of(
            "-importcert",
            "-noprompt",
            "-alias",
            "server",
            "-file",
            certificate,
            "-storetype",
            "PKCS12",
            "-keystore",
            dir.resolve("trust.p12").toString(),
            "-storepass",
            PASSWORD));
  }
}
