package orcaflow.cli.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The files of the page, which come with the program. */
final class PageFiles {

  static final String INDEX = "index.html";
  static final String STYLE = "page.css";
  static final String ICON = "icon.svg";

  /** A module uses only those that stand before it. */
  static final List<String> MODULES =
      List.of(
          "source.js",
          "dom.js",
          "changes.js",
          "chart.js",
          "curves.js",
          "money.js",
          "others.js",
          "policies.js",
          "verdicts.js",
          "views.js",
          "page.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "svg", "image/svg+xml",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8");

  private PageFiles() {}

  static String type(String name) {
    return TYPES.get(name.substring(name.indexOf('.') + 1));
  }

  static String text(String name) {
    try (InputStream file = PageFiles.class.getResourceAsStream("/orcaflow/page/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
