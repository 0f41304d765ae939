/** {@code bench streams}: grade and pair against a bare join, and how long a restart takes. */
package orcaflow.bench.streams;
