/**
 * The page: what a run's topics say, in a browser. It is made of the topics alone, so it shows a
 * run of this machine, a finished one and one on another cluster alike.
 */
package orcaflow.cli.page;
