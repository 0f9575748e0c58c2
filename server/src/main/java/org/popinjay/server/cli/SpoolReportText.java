package org.popinjay.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Escape;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport;
import org.popinjay.mailstore.mbox.text.ImapBase;

/// A report of a spool as text for people and as a tree for [Json]. Decides nothing.
final class SpoolReportText {
  private SpoolReportText() {}

  /// All that is known, a line each.
  static List<String> lines(SpoolReport report) {
    var lines = new ArrayList<String>();
    lines.add(Escape.text(report.path()));
    report
        .file()
        .ifPresentOrElse(
            file -> {
              line(lines, "octets", file.octets());
              line(lines, "modified", file.modified());
              line(
                  lines,
                  "owner",
                  "uid %d, gid %d, mode %04o".formatted(file.uid(), file.gid(), file.mode()));
            },
            () -> line(lines, "octets", "no file: an empty INBOX"));
    report.contents().ifPresent(contents -> contents(lines, contents));
    line(lines, "findings", count(report));
    report.kept().ifPresent(kept -> kept(lines, kept));
    return lines;
  }

  private static void line(List<String> lines, String name, Object value) {
    lines.add("  %-14s%s".formatted(name, value));
  }

  private static String count(SpoolReport report) {
    long count = report.findings().size() + report.findingsLeftOut();
    return count == 0 ? "none" : count + " (popinjay mbox verify tells them)";
  }

  private static void contents(List<String> lines, SpoolReport.Contents contents) {
    line(lines, "messages", contents.messages());
    contents.first().ifPresent(date -> line(lines, "first", date));
    contents.last().ifPresent(date -> line(lines, "last", date));
    line(
        lines,
        "flags",
        contents.flags().entrySet().stream()
            .map(each -> each.getKey().name().toLowerCase(Locale.ROOT) + " " + each.getValue())
            .collect(Collectors.joining(", ")));
    var separators = contents.separators();
    line(
        lines,
        "separators",
        "%d strict, %d lenient, %d without a date; %d with CRLF, %d without a blank line before"
            .formatted(
                separators.strict(),
                separators.lenient(),
                separators.dateless(),
                separators.crlf(),
                separators.withoutBlankLine()));
    line(
        lines,
        "From lines",
        "%d bare, %d quoted (>From), %d quoted again (>>From)"
            .formatted(
                contents.bareFromLines(),
                contents.quotedFromLines(),
                contents.deeperQuotedFromLines()));
    line(
        lines,
        "fields",
        contents.fields().isEmpty()
            ? "none"
            : contents.fields().entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", ")));
    line(
        lines,
        "base",
        contents
            .base()
            .map(base ->
                "UIDVALIDITY %d, last UID %d, %d keywords%s"
                    .formatted(
                        base.uidValidity(),
                        base.uidLast(),
                        base.keywords().size(),
                        contents.hasPseudoMessage() ? ", in a message of its own" : ""))
            .orElse("none"));
    line(
        lines,
        "longest line",
        contents.longestLineOctets() + " octets, at octet " + contents.longestLineAt());
    line(lines, "8-bit", contents.eightBit() + " of the messages");
    line(lines, "NUL", contents.nul() + " of the messages");
  }

  private static void kept(List<String> lines, SpoolReport.Kept kept) {
    lines.add("mail.state");
    line(lines, "UIDVALIDITY", kept.uidValidity());
    line(lines, "UIDNEXT", kept.uidNext());
    line(
        lines,
        "messages",
        "%d known, %d new, %d gone, %d with flags not in the spool yet"
            .formatted(kept.known(), kept.arrived(), kept.vanished(), kept.pending()));
    line(lines, "log", kept.logOctets() + " octets");
    line(lines, "index", index(kept));
    line(
        lines,
        "server",
        !kept.serverRuns()
            ? "does not run"
            : kept.serverProcess().isPresent()
                ? "runs, process " + kept.serverProcess().getAsInt()
                : "runs");
  }

  private static String index(SpoolReport.Kept kept) {
    return switch (kept.index()) {
      case ABSENT -> "none";
      case UNUSABLE -> kept.indexOctets() + " octets, cannot be used";
      case BEHIND -> kept.indexOctets() + " octets, behind the spool";
      case FRESH -> kept.indexOctets() + " octets, fresh";
    };
  }

  /// One finding as `FILE:OCTET: message N: what [kind]`.
  static String line(String path, SpoolFinding finding) {
    var line = new StringBuilder(Escape.text(path));
    if (finding.offset() >= 0) {
      line.append(':').append(finding.offset());
    }
    line.append(": ");
    if (finding.message() > 0) {
      line.append("message ").append(finding.message()).append(": ");
    }
    return line.append(finding.text())
        .append(" [")
        .append(finding.kind().label())
        .append(']')
        .toString();
  }

  /// The same as maps and lists.
  static Map<String, @Nullable Object> tree(SpoolReport report) {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("path", report.path());
    tree.put("file", report.file().map(SpoolReportText::tree).orElse(null));
    tree.put("contents", report.contents().map(SpoolReportText::tree).orElse(null));
    tree.put("state", report.kept().map(SpoolReportText::tree).orElse(null));
    tree.put("findings", report.findings().stream().map(SpoolReportText::tree).toList());
    tree.put("findingsLeftOut", report.findingsLeftOut());
    tree.put("notes", report.notes());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(SpoolReport.Inode file) {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("octets", file.octets());
    tree.put("modified", file.modified());
    tree.put("mode", "%04o".formatted(file.mode()));
    tree.put("uid", file.uid());
    tree.put("gid", file.gid());
    tree.put("links", file.links());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(SpoolReport.Contents contents) {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("messages", contents.messages());
    tree.put("first", contents.first().orElse(null));
    tree.put("last", contents.last().orElse(null));
    var flags = new LinkedHashMap<String, Integer>();
    contents
        .flags()
        .forEach((flag, count) -> flags.put(flag.name().toLowerCase(Locale.ROOT), count));
    tree.put("flags", flags);
    var separators = new LinkedHashMap<String, Integer>();
    separators.put("strict", contents.separators().strict());
    separators.put("lenient", contents.separators().lenient());
    separators.put("dateless", contents.separators().dateless());
    separators.put("crlf", contents.separators().crlf());
    separators.put("withoutBlankLine", contents.separators().withoutBlankLine());
    tree.put("separators", separators);
    tree.put("bareFromLines", contents.bareFromLines());
    tree.put("quotedFromLines", contents.quotedFromLines());
    tree.put("deeperQuotedFromLines", contents.deeperQuotedFromLines());
    tree.put("fields", contents.fields());
    tree.put("base", contents.base().map(SpoolReportText::tree).orElse(null));
    tree.put("pseudoMessage", contents.hasPseudoMessage());
    tree.put("longestLineOctets", contents.longestLineOctets());
    tree.put("longestLineAt", contents.longestLineAt());
    tree.put("eightBitMessages", contents.eightBit());
    tree.put("nulMessages", contents.nul());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(ImapBase base) {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("uidValidity", base.uidValidity());
    tree.put("uidLast", base.uidLast());
    tree.put("keywords", base.keywords());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(SpoolReport.Kept kept) {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("serverRuns", kept.serverRuns());
    tree.put(
        "serverProcess", kept.serverProcess().isPresent() ? kept.serverProcess().getAsInt() : null);
    tree.put("mailboxId", kept.mailboxId());
    tree.put("uidValidity", kept.uidValidity());
    tree.put("uidNext", kept.uidNext());
    tree.put("known", kept.known());
    tree.put("new", kept.arrived());
    tree.put("gone", kept.vanished());
    tree.put("flagsPending", kept.pending());
    tree.put("logOctets", kept.logOctets());
    tree.put("indexOctets", kept.indexOctets());
    tree.put("index", kept.index().name().toLowerCase(Locale.ROOT));
    return tree;
  }

  private static Map<String, @Nullable Object> tree(SpoolFinding finding) {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("kind", finding.kind().label());
    tree.put("message", finding.message() > 0 ? finding.message() : null);
    tree.put("offset", finding.offset() >= 0 ? finding.offset() : null);
    tree.put("text", finding.text());
    return tree;
  }
}
