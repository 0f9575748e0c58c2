package org.popinjay.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// What the API packages owe their readers, checked with the compiler's own eyes.
class DocumentationTest {
  /// Sections have numbers; in RFCs of the eighties, only titles, which stand in quotes.
  private static final Pattern SECTION = Pattern.compile("RFC \\d{3,5},\\s+(sections?\\s+\\d|\")");

  @Test
  void everyPublicTypeAndMethodOfAnApiIsExplained() throws IOException {
    assertThat(undocumented(apiFiles().map(DocumentationTest::asSource).toList()))
        .as("public types and methods without a `///` comment")
        .isEmpty();
  }

  @Test
  void everyCommandAndResponseCodeNamesItsSection() throws IOException {
    assertThat(withoutSection(commandFiles().map(DocumentationTest::asSource).toList()))
        .as("commands, response codes and capabilities whose comment has no `RFC n, section m`")
        .isEmpty();
  }

  @Test
  void bothChecksSeeWhatIsMissing() throws IOException {
    var source =
        inMemory(
            """
            public sealed interface ToyCommand {
              /// RFC 1939, section 5.
              record Stat() implements ToyCommand {}

              /// From a book.
              record List() implements ToyCommand {}

              /// RFC 1939, section 6.
              record Quit() implements ToyCommand {
                public int seconds() { return 1; }
                @Override public String toString() { return ""; }
              }
            }
            """);
    assertThat(undocumented(List.of(source)))
        .containsExactly("ToyCommand", "ToyCommand.Quit.seconds");
    assertThat(withoutSection(List.of(source))).containsExactly("ToyCommand.List");
  }

  private static Stream<Path> apiFiles() {
    return Stream.of(
            Sources.ofPackage("config", "org.popinjay.config", true),
            Sources.ofPackage("posix", "org.popinjay.posix", true),
            Sources.ofPackage("mailstore", "org.popinjay.mailstore", false),
            Sources.ofPackage("mailstore", "org.popinjay.mailstore.mbox", true),
            Sources.ofPackage("auth", "org.popinjay.auth", true),
            Sources.ofPackage("wire", "org.popinjay.wire", true),
            Sources.ofPackage("protocol-pop3", "org.popinjay.pop3.command", true),
            Sources.ofPackage("protocol-pop3", "org.popinjay.pop3.response", true),
            Sources.ofPackage("protocol-imap", "org.popinjay.imap.command", true),
            Sources.ofPackage("protocol-imap", "org.popinjay.imap.response", true))
        .flatMap(List::stream);
  }

  private static Stream<Path> commandFiles() {
    return Stream.of(
            Sources.ofPackage("protocol-pop3", "org.popinjay.pop3", true),
            Sources.ofPackage("protocol-imap", "org.popinjay.imap", true))
        .flatMap(List::stream);
  }

  private static List<String> undocumented(List<JavaFileObject> sources) throws IOException {
    var found = new ArrayList<String>();
    for (var unit : parse(sources)) {
      new ApiScanner(unit.comments(), found).scan(unit.tree(), null);
    }
    return found;
  }

  private static List<String> withoutSection(List<JavaFileObject> sources) throws IOException {
    var found = new ArrayList<String>();
    for (var unit : parse(sources)) {
      new SectionScanner(unit.comments(), found).scan(unit.tree(), null);
    }
    return found;
  }

  private static List<Unit> parse(List<JavaFileObject> sources) throws IOException {
    if (sources.isEmpty()) {
      return List.of();
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    var task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
    var comments = DocTrees.instance(task);
    var units = new ArrayList<Unit>();
    task.parse().forEach(tree -> units.add(new Unit(tree, comments)));
    return units;
  }

  private static JavaFileObject asSource(Path file) {
    return ToolProvider.getSystemJavaCompiler()
        .getStandardFileManager(null, null, StandardCharsets.UTF_8)
        .getJavaFileObjects(file)
        .iterator()
        .next();
  }

  private static JavaFileObject inMemory(String text) {
    return new SimpleJavaFileObject(URI.create("mem:///Toy.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  private record Unit(CompilationUnitTree tree, DocTrees comments) {}

  /// Walks over what a reader from outside can see: public types, and what is in them.
  private static class ApiScanner extends TreePathScanner<Void, Void> {
    final DocTrees comments;
    final List<String> found;

    ApiScanner(DocTrees comments, List<String> found) {
      this.comments = comments;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      if (!isPublic(type.getModifiers())) {
        return null;
      }
      if (comment() == null) {
        found.add(name());
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      boolean constructor = method.getReturnType() == null;
      boolean inherited =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(note -> note.getAnnotationType().toString().equals("Override"));
      if (isPublic(method.getModifiers()) && !constructor && !inherited && comment() == null) {
        found.add(name() + "." + method.getName());
      }
      return null;
    }

    @Override
    public Void visitVariable(VariableTree variable, Void nothing) {
      return null;
    }

    boolean isPublic(ModifiersTree modifiers) {
      var flags = modifiers.getFlags();
      var parent = getCurrentPath().getParentPath().getLeaf();
      return flags.contains(Modifier.PUBLIC)
          || (parent.getKind() == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE));
    }

    DocCommentTree comment() {
      return comments.getDocCommentTree(getCurrentPath());
    }

    String name() {
      var names = new ArrayList<String>();
      for (TreePath at = getCurrentPath(); at != null; at = at.getParentPath()) {
        if (at.getLeaf() instanceof ClassTree type) {
          names.addFirst(type.getSimpleName().toString());
        }
      }
      return String.join(".", names);
    }
  }

  /// Looks at records that implement a command, and at the constants of codes and capabilities.
  private static final class SectionScanner extends ApiScanner {
    private static final Set<String> CONSTANTS =
        Set.of("Pop3ResponseCode", "Pop3Capability", "ResponseCode", "Capability");

    SectionScanner(DocTrees comments, List<String> found) {
      super(comments, found);
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      boolean command =
          type.getKind() == Tree.Kind.RECORD
              && type.getImplementsClause().stream().anyMatch(SectionScanner::isCommand);
      if (command && !namesSection()) {
        found.add(name());
      }
      type.getMembers().forEach(member -> scan(member, null));
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      return null;
    }

    @Override
    public Void visitVariable(VariableTree variable, Void nothing) {
      var type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      boolean constant =
          type.getKind() == Tree.Kind.ENUM
              && CONSTANTS.contains(type.getSimpleName().toString())
              && variable.getType() != null
              && variable.getType().toString().equals(type.getSimpleName().toString());
      if (constant && !namesSection()) {
        found.add(name() + "." + variable.getName());
      }
      return null;
    }

    private static boolean isCommand(Tree type) {
      var name = type.toString();
      return name.endsWith("Command")
          || name.contains("Command.")
          || name.startsWith("In")
          || name.startsWith("When");
    }

    private boolean namesSection() {
      var comment = comment();
      return comment != null && SECTION.matcher(comment.toString()).find();
    }
  }
}
