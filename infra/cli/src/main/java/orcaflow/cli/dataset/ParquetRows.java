package orcaflow.cli.dataset;

import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.io.FileSystemOutputFile;
import com.jerolba.carpet.model.FieldType;
import com.jerolba.carpet.model.FieldTypes;
import com.jerolba.carpet.model.WriteRecordModelType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Parquet, compressed with Zstandard by the version that is pinned, so that the bytes do not depend
 * on the machine. Without Hadoop: its classes are needed for its own codecs and file systems only.
 */
record ParquetRows() implements RowFile {

  @Override
  public String suffix() {
    return "parquet";
  }

  @Override
  public <R> void write(Path file, List<Column<R>> columns, List<DatasetRow<R>> rows)
      throws IOException {
    @SuppressWarnings("unchecked") // there is one class of rows, whatever they are made of
    Class<DatasetRow<R>> type = (Class<DatasetRow<R>>) (Class<?>) DatasetRow.class;
    WriteRecordModelType<DatasetRow<R>> model = FieldTypes.writeRecordModel(type);
    for (Column<R> column : columns) {
      model.withField(column.name(), type(column.type()), row -> column.of(row).orElse(null));
    }
    try (CarpetWriter<DatasetRow<R>> out =
        new CarpetWriter.Builder<>(new FileSystemOutputFile(file.toFile()), type)
            .withWriteRecordModel(model)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withCodecFactory(new ZstdPages())
            .build()) {
      out.write(rows);
    }
    ParquetFooter.sort(file);
  }

  private static FieldType type(Column.Type type) {
    return switch (type) {
      case STRING -> FieldTypes.STRING;
      case BOOL -> FieldTypes.BOOLEAN;
      case INT64 -> FieldTypes.LONG;
      case FLOAT64 -> FieldTypes.DOUBLE;
    };
  }
}
