package orcaflow.schemas;

import java.util.Optional;

/** A failure with bytes that a person needs to understand it. A dead letter keeps them. */
public interface Evidence {

  /** The bytes, at most a few tens of kilobytes; empty where there are none. */
  Optional<byte[]> evidence();
}
