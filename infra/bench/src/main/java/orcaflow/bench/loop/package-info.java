/** How long the loop takes from an event to what follows from it, and how much of it waits. */
package orcaflow.bench.loop;
