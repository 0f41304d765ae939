package orcaflow.service;

import java.util.Optional;

/**
 * Where a service shows its metrics and health.
 *
 * @param host a loopback address or name
 * @param port empty for the usual one of the service, or a free one where that is taken; 0 for any
 *     free one
 */
public record Observe(String host, Optional<Integer> port) {

  /** The usual port of 127.0.0.1. */
  public static final Observe LOOPBACK = new Observe("127.0.0.1", Optional.empty());

  private static final int HIGHEST = 65_535;

  public Observe {
    if (host == null || host.isBlank()) {
      throw new IllegalArgumentException(
          "observe.host is '%s': give a loopback address".formatted(host));
    }
    port.filter(given -> given < 0 || given > HIGHEST)
        .ifPresent(
            given -> {
              throw new IllegalArgumentException(
                  "observe.port is %d: use 0 (any free port) to %d".formatted(given, HIGHEST));
            });
  }

  /** The same host, and any free port. */
  public Observe onFreePort() {
    return new Observe(host, Optional.of(0));
  }
}
