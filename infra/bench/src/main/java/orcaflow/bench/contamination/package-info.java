/** {@code bench contamination}: the report against scikit-learn, and near-duplicates. */
package orcaflow.bench.contamination;
