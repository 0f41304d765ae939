/** What is said of a run that stands, and after how long. */
package orcaflow.bench.stalls;
