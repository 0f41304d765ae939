/** Seeds from Parquet files. */
package orcaflow.cli.parquet;
