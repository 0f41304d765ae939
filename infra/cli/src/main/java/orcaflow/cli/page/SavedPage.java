package orcaflow.cli.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page as one file that opens from disk: markup, style, one script and the data of its views.
 * Its content security policy names the script and the style by their hashes, so that nothing else
 * can run, and takes nothing from anywhere.
 */
final class SavedPage {

  private static final Pattern IMPORT =
      Pattern.compile("^import \\{([^}]*)} from \"/([a-z]+)\\.js\";$", Pattern.MULTILINE);
  private static final Pattern EXPORT =
      Pattern.compile("^export ((?:async )?(?:function|const|class)) (\\w+)", Pattern.MULTILINE);

  private final String time;
  private final Map<String, String> views = new LinkedHashMap<>();
  private long bytes;

  /**
   * @param time when the data are read, for people
   */
  SavedPage(String time) {
    this.time = time;
  }

  /**
   * Adds what the server answers to an address, without {@code ?} where it has no query.
   *
   * @param most bytes that all views may have together; more, and this one stays out
   * @return whether it is in
   */
  boolean add(String address, Object view, long most) {
    String json = forMarkup(ViewJson.of(view));
    long more = json.getBytes(StandardCharsets.UTF_8).length + address.length();
    if (bytes + more > most) {
      return false;
    }
    views.put(address, json);
    bytes += more;
    return true;
  }

  /** The file. */
  String html() {
    String script = script();
    String style = PageFiles.text(PageFiles.STYLE);
    String policy =
        ("default-src 'none'; script-src '%s'; style-src '%s'; img-src data:; base-uri 'none';"
                + " form-action 'none'")
            .formatted(hash(script), hash(style));
    String icon =
        "data:image/svg+xml;base64,"
            + Base64.getEncoder()
                .encodeToString(PageFiles.text(PageFiles.ICON).getBytes(StandardCharsets.UTF_8));
    return PageFiles.text(PageFiles.INDEX)
        .replace(
            "<meta charset=\"utf-8\" />",
            "<meta charset=\"utf-8\" />\n    <meta http-equiv=\"Content-Security-Policy\" content=\"%s\" />"
                .formatted(policy))
        .replace("href=\"/icon.svg\"", "href=\"%s\"".formatted(icon))
        .replace(
            "<link rel=\"stylesheet\" href=\"/page.css\" />", "<style>%s</style>".formatted(style))
        .replace("<script type=\"module\" src=\"/page.js\"></script>", "")
        .replace(
            "</body>",
            "<script type=\"application/json\" id=\"saved\">%s</script>\n<script type=\"module\">%s</script>\n</body>"
                .formatted(data(), script));
  }

  private String data() {
    StringBuilder json = new StringBuilder("{\"time\":" + ViewJson.of(time) + ",\"views\":{");
    String separator = "";
    for (Map.Entry<String, String> view : views.entrySet()) {
      json.append(separator).append(forMarkup(ViewJson.of(view.getKey()))).append(':');
      json.append(view.getValue());
      separator = ",\n";
    }
    return json.append("}}").toString();
  }

  /** No text of a run can end the element that it stands in, or begin a comment. */
  private static String forMarkup(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e");
  }

  /** All modules as one script, each a function that returns what the module exports. */
  private static String script() {
    StringBuilder script = new StringBuilder();
    for (String file : PageFiles.MODULES) {
      String source = PageFiles.text(file);
      List<String> exported = new ArrayList<>();
      Matcher exports = EXPORT.matcher(source);
      while (exports.find()) {
        exported.add(exports.group(2));
      }
      String body =
          IMPORT.matcher(EXPORT.matcher(source).replaceAll("$1 $2")).replaceAll(SavedPage::use);
      script
          .append("const %s = (() => {\n".formatted(module(file.replace(".js", ""))))
          .append(body)
          .append("return { %s };\n})();\n".formatted(String.join(", ", exported)));
    }
    return script.toString();
  }

  private static String use(java.util.regex.MatchResult imported) {
    return "const {%s} = %s;".formatted(imported.group(1), module(imported.group(2)));
  }

  private static String module(String name) {
    return name + "Module";
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
