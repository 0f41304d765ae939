package orcaflow.cli.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Unpacks Parquet's pages with the libraries that Kafka brings: Snappy, gzip and Zstandard, which
 * are what published files have. A page that unpacks to another size than it says is refused.
 */
final class PageCodecs implements CompressionCodecFactory {

  /** Of a page, which is about a megabyte in what is published. */
  private static final int MOST_BYTES = 256 << 20;

  private interface Unpack {
    byte[] bytes(byte[] packed, int size) throws IOException;
  }

  private record Pages(Unpack unpack) implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      return BytesInput.from(unpacked(bytes.toByteArray(), size));
    }

    @Override
    public void decompress(ByteBuffer in, int packedSize, ByteBuffer out, int size)
        throws IOException {
      byte[] packed = new byte[packedSize];
      in.get(packed);
      out.put(unpacked(packed, size));
    }

    private byte[] unpacked(byte[] packed, int size) throws IOException {
      if (size < 0 || size > MOST_BYTES) {
        throw new IOException("a page says that it has %,d bytes".formatted(size));
      }
      byte[] all = unpack.bytes(packed, size);
      if (all.length != size) {
        throw new IOException("a page has %,d bytes, and says %,d".formatted(all.length, size));
      }
      return all;
    }

    @Override
    public void release() {}
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Pages((packed, size) -> packed);
      case SNAPPY -> new Pages(PageCodecs::snappy);
      case GZIP -> new Pages(PageCodecs::gzip);
      case ZSTD -> new Pages(Zstd::decompress);
      default ->
          throw new IllegalArgumentException(
              "its pages are packed with %s: write it with snappy, gzip or zstd".formatted(codec));
    };
  }

  private static byte[] snappy(byte[] packed, int size) throws IOException {
    int said = Snappy.uncompressedLength(packed);
    if (said != size) {
      throw new IOException("a page has %,d bytes, and says %,d".formatted(said, size));
    }
    return Snappy.uncompress(packed);
  }

  private static byte[] gzip(byte[] packed, int size) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(size + 1);
    }
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("seeds are read, not written");
  }

  @Override
  public void release() {}
}
