package orcaflow.schemas.observe;

/** Metrics of one client being shown; close it when the client is closed. */
public interface Watch extends AutoCloseable {

  @Override
  void close();
}
