/**
 * Asking models: prompts, questions and answers, and the clients that wrap one another. Knows
 * models, has never heard of Kafka; what must outlive the process goes through {@link
 * orcaflow.agents.model.CallLog}.
 */
package orcaflow.agents.model;
