package orcaflow.cli.dataset;

import java.util.List;

/**
 * The YAML header of a dataset card: by it the {@code datasets} library finds the files, and a hub
 * knows what they are. Columns are typed here because one of a JSON file that begins with nulls
 * would be guessed wrong.
 */
final class CardHeader {

  private static final List<Long> SIZES = List.of(1_000L, 10_000L, 100_000L, 1_000_000L);
  private static final List<String> SIZE_NAMES =
      List.of("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M");

  private CardHeader() {}

  /** A configuration for each file; the first is the default. */
  static String of(String title, List<Export.File> files) {
    StringBuilder yaml = new StringBuilder("---\n");
    yaml.append("pretty_name: '%s'\n".formatted(title));
    yaml.append("task_categories:\n- text-generation\n");
    yaml.append("size_categories:\n- %s\n".formatted(size(files)));
    yaml.append("tags:\n- math\n- word-problems\n- preference\n- synthetic\n- orcaflow\n");
    yaml.append("configs:\n");
    for (Export.File file : files) {
      yaml.append("- config_name: %s\n".formatted(file.table().config()));
      if (file == files.get(0)) {
        yaml.append("  default: true\n");
      }
      yaml.append("  data_files:\n  - split: train\n    path: %s\n".formatted(file.path()));
    }
    yaml.append("dataset_info:\n");
    for (Export.File file : files) {
      yaml.append("- config_name: %s\n  features:\n".formatted(file.table().config()));
      for (Column<?> column : file.table().columns()) {
        yaml.append(
            "  - name: %s\n    dtype: %s\n".formatted(column.name(), column.type().hubName()));
      }
    }
    return yaml.append("---\n\n").toString();
  }

  /** The hub's class for the largest file. */
  private static String size(List<Export.File> files) {
    long rows = files.stream().mapToLong(Export.File::rows).max().orElse(0);
    return SIZE_NAMES.get((int) SIZES.stream().filter(limit -> rows >= limit).count());
  }
}
