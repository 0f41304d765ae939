/** What the services have in common as processes: monitoring server, health, graceful shutdown. */
package orcaflow.service;
