/** What tests of all modules share: data outside the repository, and the list of skipped tests. */
package orcaflow.testing;
