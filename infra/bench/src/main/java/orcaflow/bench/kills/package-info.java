/** A run that is killed again and again: what its topics say afterwards. */
package orcaflow.bench.kills;
