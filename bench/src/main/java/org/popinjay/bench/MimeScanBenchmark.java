package org.popinjay.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.popinjay.mailstore.message.Envelope;
import org.popinjay.mailstore.message.MessageStructure;
import org.popinjay.mailstore.message.MimeScanner;
import org.popinjay.mailstore.message.StructureCodec;

/// What the structure of a message costs. Questions: how fast is a body of many lines passed by,
/// what does a first look at the envelope cost, and what a second one that reads what was kept?
///
/// Each figure is microseconds a message. Octets come in blocks of 64 KiB as from a spool.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MimeScanBenchmark {
  private static final int BLOCK_OCTETS = 64 << 10;

  /// A text of 4 KiB, the same with HTML beside it, or with a megaoctet of base64 behind it.
  @Param({"text", "alternative", "attachment"})
  String message = "";

  private ByteBuffer octets = ByteBuffer.allocate(0);
  private byte[] kept = {};

  /// Makes the message.
  @Setup
  public void fill() {
    var text =
        "A line of ordinary mail has some seventy octets, more or less, as here.\r\n".repeat(56);
    var body =
        switch (message) {
          case "text" -> "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text;
          case "alternative" -> multipart("alternative", "text/html", text, text);
          default -> multipart("mixed", "application/zip; name=\"x.zip\"", text, base64());
        };
    byte[] all = (header() + body).getBytes(StandardCharsets.ISO_8859_1);
    octets = ByteBuffer.allocateDirect(all.length).put(all).flip();
    kept = StructureCodec.encode(scan());
  }

  private static String header() {
    var received =
        """
        Received: from mx.example.org (mx.example.org [192.0.2.1])
        \tby mail.example.com (Postfix) with ESMTPS id 4F2A1C0031
        \tfor <tea@example.com>; Thu,  9 Nov 2023 22:33:52 +0100 (CET)
        """;
    return (received.repeat(6)
            + """
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=mail;
            \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; h=from:to:subject:date
            From: "Foobar, Fred" <fred@example.org>
            To: Tea <tea@example.com>, Pot <pot@example.com>
            Cc: wilma@example.net
            Subject: =?utf-8?Q?Caf=C3=A9?= at four
            Date: Thu,  9 Nov 2023 22:33:50 +0100
            Message-ID: <20231109223350.4711@example.org>
            In-Reply-To: <20231108120000.4710@example.com>
            References: <20231107120000.4709@example.org> <20231108120000.4710@example.com>
            MIME-Version: 1.0
            """)
        .replace("\n", "\r\n");
  }

  private static String multipart(String subtype, String type, String first, String second) {
    var boundary = "----=_Part_4711_1939.1699565630000";
    return "Content-Type: multipart/"
        + subtype
        + "; boundary=\""
        + boundary
        + "\"\r\n\r\n"
        + "--"
        + boundary
        + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + first
        + "\r\n--"
        + boundary
        + "\r\nContent-Type: "
        + type
        + "\r\n\r\n"
        + second
        + "\r\n--"
        + boundary
        + "--\r\n";
  }

  private static String base64() {
    var random = new byte[768 << 10];
    new Random(2045).nextBytes(random);
    return Base64.getMimeEncoder().encodeToString(random);
  }

  /// Goes over the whole message.
  @Benchmark
  public MessageStructure scan() {
    var scanner = new MimeScanner();
    for (int at = 0; at < octets.limit(); at += BLOCK_OCTETS) {
      scanner.feed(octets.slice(at, Math.min(BLOCK_OCTETS, octets.limit() - at)));
    }
    return scanner.finish();
  }

  /// Goes over its header, in a block of the size of a page.
  @Benchmark
  public Envelope firstEnvelope() {
    var scanner = new MimeScanner();
    scanner.feed(octets.slice(0, Math.min(4_096, octets.limit())));
    return Objects.requireNonNull(scanner.envelope());
  }

  /// Reads the envelope out of what was kept.
  @Benchmark
  public Envelope keptEnvelope() {
    return Objects.requireNonNull(StructureCodec.decodeEnvelope(kept));
  }

  /// Reads all that was kept.
  @Benchmark
  public MessageStructure keptStructure() {
    return Objects.requireNonNull(StructureCodec.decode(kept));
  }
}
