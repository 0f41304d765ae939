/** A stage that asks a model, against bare clients of the same endpoint. */
package orcaflow.bench.agents;
