package orcaflow.cli;

import picocli.CommandLine.Option;

/** {@code -o json} where a command prints facts. */
final class Output {

  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Format format;

  boolean json() {
    return format == Format.JSON;
  }
}
