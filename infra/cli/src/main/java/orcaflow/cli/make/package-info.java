/** Makes problems until exactly N are accepted by a condition. */
package orcaflow.cli.make;
