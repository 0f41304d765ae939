package orcaflow.agents.seed;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** How a file is compressed, by its first bytes and not by its name. */
enum Packed {
  PLAIN(List.of(), "") {
    @Override
    InputStream unpack(InputStream bytes) {
      return bytes;
    }
  },
  GZIP(List.of(0x1F, 0x8B), ".gz") {
    @Override
    InputStream unpack(InputStream bytes) throws IOException {
      return new GZIPInputStream(bytes, BUFFER_BYTES);
    }
  },
  ZSTD(List.of(0x28, 0xB5, 0x2F, 0xFD), ".zst") {
    @Override
    InputStream unpack(InputStream bytes) throws IOException {
      return new ZstdInputStreamNoFinalizer(bytes);
    }
  };

  static final int BUFFER_BYTES = 1 << 16;

  private final List<Integer> magic;
  final String suffix;

  Packed(List<Integer> magic, String suffix) {
    this.magic = magic;
    this.suffix = suffix;
  }

  abstract InputStream unpack(InputStream bytes) throws IOException;

  /** How a file is compressed. */
  static Packed of(Path file) throws IOException {
    byte[] first;
    try (InputStream bytes = Files.newInputStream(file)) {
      first = bytes.readNBytes(4);
    }
    for (Packed each : List.of(GZIP, ZSTD)) {
      if (each.begins(first)) {
        return each;
      }
    }
    return PLAIN;
  }

  private boolean begins(byte[] first) {
    for (int i = 0; i < magic.size(); i++) {
      if (i >= first.length || (first[i] & 0xFF) != magic.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of a file, uncompressed. */
  InputStream open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      return new BufferedInputStream(unpack(bytes), BUFFER_BYTES);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }
}
