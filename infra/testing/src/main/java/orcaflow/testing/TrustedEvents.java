package orcaflow.testing;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets Avro load our event classes from the first test on. A service does that when it makes its
 * first serde; a test that only copies an event makes none, and would depend on the tests before
 * it.
 */
public final class TrustedEvents implements LauncherSessionListener {

  private static final String PROPERTY = "org.apache.avro.SERIALIZABLE_PACKAGES";

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, "orcaflow.events");
    }
  }
}
