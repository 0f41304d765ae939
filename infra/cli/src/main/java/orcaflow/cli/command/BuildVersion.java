package orcaflow.cli.command;

import orcaflow.service.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class BuildVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"orcaflow " + Build.version()};
  }
}
