/** Measures the parts of the pipeline against floors and peers, alternated in one run. */
package orcaflow.bench;
