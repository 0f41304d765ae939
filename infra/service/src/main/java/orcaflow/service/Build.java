package orcaflow.service;

/** What was built. */
public final class Build {

  private Build() {}

  /** The project's version, from the manifest of this jar; "development" for a class folder. */
  public static String version() {
    String version = Build.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
