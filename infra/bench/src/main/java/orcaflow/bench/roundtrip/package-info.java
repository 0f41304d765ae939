/** What is saved here in the hands of others, and what they save here. */
package orcaflow.bench.roundtrip;
