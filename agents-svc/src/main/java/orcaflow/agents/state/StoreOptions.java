package orcaflow.agents.state;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/**
 * How RocksDB keeps the state: in some tens of megabytes of memory, whatever is on disk. Most
 * questions are for ids that are not there, which the filters answer. Index and filters are read in
 * parts: a whole one does not fit into a shard of the cache, and would be read for every question.
 */
final class StoreOptions implements AutoCloseable {

  private static final long MIB = 1 << 20;
  private static final int SHARD_BITS = 2;

  private final Cache cache = new LRUCache(32 * MIB, SHARD_BITS);
  private final BloomFilter filter = new BloomFilter(10);
  private final Options options =
      new Options()
          .setCreateIfMissing(true)
          .setManualWalFlush(true)
          .setMaxTotalWalSize(32 * MIB)
          .setWriteBufferSize(8 * MIB)
          .setMaxOpenFiles(256)
          .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
          .setKeepLogFileNum(2)
          .setTableFormatConfig(
              new BlockBasedTableConfig()
                  .setBlockCache(cache)
                  .setCacheIndexAndFilterBlocks(true)
                  .setIndexType(IndexType.kTwoLevelIndexSearch)
                  .setPartitionFilters(true)
                  .setFilterPolicy(filter));

  Options options() {
    return options;
  }

  @Override
  public void close() {
    options.close();
    filter.close();
    cache.close();
  }
}
