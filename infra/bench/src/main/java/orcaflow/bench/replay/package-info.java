/** How long it takes to label a large history again, and whether a second time gives the same. */
package orcaflow.bench.replay;
