/** The page of a long run, in a browser. */
package orcaflow.bench.ui;
