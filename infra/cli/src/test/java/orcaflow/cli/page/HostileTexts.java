package orcaflow.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Texts that would run as scripts, load something or change the page, were they markup. */
final class HostileTexts {

  private static final List<String> KINDS =
      List.of(
          "<script>window.__x=1</script>",
          "\"><img src=x onerror=window.__x=1>",
          "<svg onload=window.__x=1>",
          "javascript:window.__x=1",
          "</textarea><script>window.__x=1</script>",
          "<iframe srcdoc='<script>parent.__x=1</script>'></iframe>",
          "<a href='javascript:window.__x=1'>x</a>",
          "<style>*{background:url(http://evil.example/x)}</style>",
          "<base href=http://evil.example/>",
          "<meta http-equiv=refresh content='0;url=http://evil.example'>",
          "{{constructor.constructor('window.__x=1')()}}",
          "<math><mtext></form><form><mglyph><style></math><img src onerror=window.__x=1>",
          "<link rel=stylesheet href=http://evil.example/x.css>",
          "<object data=javascript:window.__x=1>",
          "<details open ontoggle=window.__x=1>",
          "<input autofocus onfocus=window.__x=1>",
          "<video><source onerror=window.__x=1>",
          "${window.__x=1}",
          "'-window.__x=1-'",
          "\u202Egpj.exe",
          "\u0000\u0007\u001b[31m",
          "<!--<img src='--><img src=x onerror=window.__x=1>'>",
          "<template><script>window.__x=1</script></template>",
          "<form action=http://evil.example><button>",
          "<marquee onstart=window.__x=1>");

  private HostileTexts() {}

  /** Each kind as it is, in capitals, behind a bracket, twice, and on a line of its own. */
  static List<String> all() {
    List<String> all = new ArrayList<>();
    for (String kind : KINDS) {
      all.add(kind);
      all.add(kind.toUpperCase(Locale.ROOT));
      all.add(kind.replace("<", "&lt;<"));
      all.add(kind + kind);
      all.add("\n" + kind);
    }
    return all;
  }
}
