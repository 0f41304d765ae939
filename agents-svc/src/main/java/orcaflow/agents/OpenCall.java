package orcaflow.agents;

/** A call that was sent and that no event has settled, as the state keeps it. */
record OpenCall(String call, String endpoint, String request) {}
