package orcaflow.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One bound for the memory of all stores of this process. By default, RocksDB gives each store of
 * each partition 50 MB of cache and 48 MB of buffers, which amounts to gigabytes for ten stores on
 * a few partitions. Half of the bound is for writing.
 */
public final class StoreMemory implements RocksDBConfigSetter {

  /** The setting that passes the bound to this class, in megabytes. */
  static final String MEGABYTES = "orcaflow.store.megabytes";

  private static final long MEGABYTE = 1024 * 1024;
  private static final int BUFFERS = 2;

  private static Cache cache;
  private static WriteBufferManager buffers;

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    share(Integer.parseInt(configs.get(MEGABYTES).toString()) * MEGABYTE);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(cache);
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(buffers);
    options.setWriteBufferSize(MEGABYTE);
    options.setMaxWriteBufferNumber(BUFFERS);
  }

  @Override
  public void close(String store, Options options) {
    // All stores share the cache until the process ends.
  }

  /** The first service of a process sets the bound. */
  private static synchronized void share(long bytes) {
    if (cache == null) {
      cache = new LRUCache(bytes);
      buffers = new WriteBufferManager(bytes / 2, cache);
    }
  }
}
