/** Reading topics as logs, and how a producer learns that it is fenced. */
package orcaflow.schemas.log;
