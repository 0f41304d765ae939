/** Whether memory is what was planned. */
package orcaflow.bench.plan;
