/**
 * Models: prompts, requests and responses, and the clients that wrap one another. This package does
 * not know Kafka; responses that must outlive the process go through {@link
 * orcaflow.agents.model.CallLog}.
 */
package orcaflow.agents.model;
