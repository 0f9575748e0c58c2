package org.popinjay.wire.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.transcript.Transcript.Step;

/// Plays a transcript: sends what the client says and compares what the server says.
public final class TranscriptPlayer {

  /// How the client's lines are cut on their way.
  public enum Cut {
    /// Each line in one piece, and not before the server said what comes before it.
    LINES,
    /// Each octet by itself.
    OCTETS,
    /// All lines up to the next place where the other side or another connection matters, at once.
    ALL_AT_ONCE
  }

  private final Path folder;
  private final Supplier<TranscriptServer> servers;

  /// @param folder where the files are that transcripts name
  /// @param servers a new server with empty mailboxes for each playing
  public TranscriptPlayer(Path folder, Supplier<TranscriptServer> servers) {
    this.folder = folder;
    this.servers = servers;
  }

  /// Plays a transcript; fails with its name, the line in it and what was said instead.
  public void play(Transcript transcript, Cut cut) throws IOException {
    var clients = new HashMap<Integer, TranscriptClient>();
    try (var server = servers.get()) {
      new Playing(transcript, cut, server, clients).run();
    } finally {
      for (var client : clients.values()) {
        client.close();
      }
    }
  }

  private final class Playing {
    private final Transcript transcript;
    private final Cut cut;
    private final TranscriptServer server;
    private final Map<Integer, TranscriptClient> clients;
    private final LinePattern patterns = new LinePattern();
    private final List<Step> steps;

    Playing(
        Transcript transcript,
        Cut cut,
        TranscriptServer server,
        Map<Integer, TranscriptClient> clients) {
      this.transcript = transcript;
      this.cut = cut;
      this.server = server;
      this.clients = clients;
      this.steps = cut == Cut.ALL_AT_ONCE ? clientsFirst(transcript.steps()) : transcript.steps();
    }

    void run() throws IOException {
      for (int i = 0; i < steps.size(); i++) {
        switch (steps.get(i)) {
          case Step.Mailbox(_, String mailbox, String file) ->
              server.fill(mailbox, Files.readAllBytes(folder.resolve(file)));
          case Step.Spool(int line, String mailbox, String file) -> {
            server.settle();
            assertThat(new String(server.spool(mailbox), ISO_8859_1))
                .as(where(line))
                .isEqualTo(Files.readString(folder.resolve(file), ISO_8859_1));
          }
          case Step.Prepare(_, String what) -> server.prepare(what);
          case Step.Client(_, int connection, String text) -> say(i, connection, text);
          case Step.Server(int line, int connection, String text) when text.equals("...") ->
              skip(line, connection, i + 1 < steps.size() ? steps.get(i + 1) : null);
          case Step.Server(int line, int connection, String text) ->
              expect(line, connection, text, client(connection).line());
          case Step.Closed(int line, int connection) -> {
            var more = client(connection).line();
            if (more != null) {
              fail(where(line) + ": expected the end, but the server said: " + more);
            }
          }
          case Step.Hangup(_, int connection) -> client(connection).hangUp();
        }
      }
    }

    private void say(int at, int connection, String text) throws IOException {
      var line = patterns.fill(text) + "\r\n";
      switch (cut) {
        case LINES -> client(connection).send(line);
        case OCTETS -> client(connection).sendOctetByOctet(line);
        case ALL_AT_ONCE -> {
          boolean more =
              at + 1 < steps.size()
                  && steps.get(at + 1) instanceof Step.Client(_, int next, _)
                  && next == connection;
          client(connection).gather(line, more);
        }
      }
    }

    /// Passes over lines until the one that is written next comes.
    private void skip(int line, int connection, @Nullable Step next) throws IOException {
      if (!(next instanceof Step.Server(_, int same, String text)) || same != connection) {
        throw new IllegalArgumentException(where(line) + ": a line has to follow `...`");
      }
      for (var said = client(connection).line(); ; said = client(connection).line()) {
        if (said == null) {
          fail(where(line) + ": the server closed before it said: " + text);
        }
        if (patterns.matches(text, said)) {
          client(connection).pushBack(said);
          return;
        }
      }
    }

    private void expect(int line, int connection, String pattern, @Nullable String said) {
      if (said == null) {
        fail(where(line) + ": connection " + connection + " was closed, expected: " + pattern);
      } else if (!patterns.matches(pattern, said)) {
        fail(where(line) + ":\nexpected: " + pattern + "\n but was: " + said);
      }
    }

    private TranscriptClient client(int connection) throws IOException {
      var client = clients.get(connection);
      if (client == null) {
        client = new TranscriptClient(server.address());
        clients.put(connection, client);
      }
      return client;
    }

    private String where(int line) {
      return transcript.name() + ", line " + line + ", " + cut;
    }
  }

  /// Moves lines of the client ahead of what the server says on the same connection, as far as
  /// neither another connection nor the mailbox comes in between.
  private static List<Step> clientsFirst(List<Step> steps) {
    var ordered = new ArrayList<Step>();
    int from = 0;
    while (from < steps.size()) {
      int to = from;
      while (to < steps.size() && movable(steps.get(to), steps.get(from))) {
        to++;
      }
      if (to == from) {
        ordered.add(steps.get(from++));
        continue;
      }
      var part = steps.subList(from, to);
      part.stream().filter(Step.Client.class::isInstance).forEach(ordered::add);
      part.stream().filter(step -> !(step instanceof Step.Client)).forEach(ordered::add);
      from = to;
    }
    return ordered;
  }

  private static boolean movable(Step step, Step first) {
    return connection(step) != 0 && connection(step) == connection(first);
  }

  /// The connection of a step that says something; 0 for others.
  private static int connection(Step step) {
    return switch (step) {
      case Step.Client(_, int connection, _) -> connection;
      case Step.Server(_, int connection, _) -> connection;
      case Step.Mailbox _, Step.Prepare _, Step.Spool _, Step.Closed _, Step.Hangup _ -> 0;
    };
  }
}
