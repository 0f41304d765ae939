package orcaflow.stack;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that has a broker, and waits to be killed. */
final class BrokerHolder {

  private BrokerHolder() {}

  public static void main(String[] args) throws Exception {
    System.out.println(Broker.start(Path.of(args[0])).bootstrap());
    new CountDownLatch(1).await();
  }
}
