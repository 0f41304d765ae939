package orcaflow.service;

/** Metrics of one client being shown; close it when the client is closed. */
public interface MetricsBinding extends AutoCloseable {

  @Override
  void close();
}
