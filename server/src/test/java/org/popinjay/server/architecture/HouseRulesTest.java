package org.popinjay.server.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.File;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of the house that can be seen in class files, for all modules but `bench`.
class HouseRulesTest {
  /// What others use of the insides of the mbox engine: how fast line ends are found, and what a
  /// report of its `maintenance` is made of.
  private static final Set<String> ENGINE_DOORS =
      Set.of("ByteScan", "ImapBase", "Adopted", "OldDrop", "OldIndex");

  private static JavaClasses house;

  @BeforeAll
  static void readTheHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(place -> !place.contains("-tests.jar"))
            .importPackages("org.popinjay");
  }

  @ParameterizedTest(name = "{0} sees nothing of ours but {1}")
  @CsvSource(
      textBlock =
          """
          config    |
          posix     |
          mailstore | config posix
          auth      | config posix
          wire      | config auth
          pop3      | config auth mailstore wire
          imap      | config auth mailstore wire
          """,
      delimiter = '|')
  void modulesLeanDownwardOnly(String module, String below) {
    var allowed =
        Stream.of(module + " " + Objects.requireNonNullElse(below, ""))
            .flatMap(names -> Stream.of(names.trim().split(" ")))
            .map(name -> "org.popinjay." + name + "..")
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage("org.popinjay." + module + "..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.popinjay..").and(not(resideInAnyPackage(allowed))))
            .because("an arrow of the plan in docs/architecture.md never points up"));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().assignedFrom(new Packages()).should().beFreeOfCycles());
  }

  @Test
  void theStoreKnowsNoProtocolAndNoNetwork() {
    check(
        noClasses()
            .that()
            .resideInAPackage("org.popinjay.mailstore..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.netty..",
                "org.popinjay.pop3..",
                "org.popinjay.imap..",
                "org.popinjay.wire..",
                "org.popinjay.auth.."));
  }

  @Test
  void theStoresApiNamesNoFiles() {
    check(
        methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("org.popinjay.mailstore")
            .should(
                nameOnly(
                    not(
                        resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                            .or(type(File.class)))))
            .because("an engine on a database has no path, channel or lock to offer"));
  }

  @Test
  void theMboxEngineHasFewDoors() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("org.popinjay.mailstore..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.popinjay.mailstore.mbox..")
                    .and(not(resideInAPackage("org.popinjay.mailstore.mbox.maintenance")))
                    .and(not(partOf(ENGINE_DOORS))))
            .because("what is public there is so for the other folders of the engine"));
  }

  @Test
  void parsersAndCommandsKnowNoSession() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "org.popinjay..parse..",
                "org.popinjay.pop3.command..",
                "org.popinjay.imap.command..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "org.popinjay..session..",
                        "org.popinjay..handler..",
                        "io.netty.channel..",
                        "io.netty.handler..")
                    .or(type(Clock.class)))
            .because("a parser is a pure function of its line"));
  }

  @Test
  void commandRecordsHoldNoBuffers() {
    check(
        fields()
            .that()
            .areDeclaredInClassesThat(
                resideInAPackage("org.popinjay..command..").and(assignableTo(Record.class)))
            .should()
            .notHaveRawType(assignableTo("io.netty.buffer.ByteBuf"))
            .because("no record can leak what it cannot hold"));
  }

  @ParameterizedTest(name = "{0} only in {1}")
  @CsvSource({
    "jnr.., org.popinjay.posix..",
    "com.kenai.., org.popinjay.posix..",
    "com.fasterxml.jackson.., org.popinjay.(config.yaml|server.control)..",
    "org.yaml.., org.popinjay.config.yaml..",
    "io.micrometer.., org.popinjay.server.metrics..",
    "io.prometheus.., org.popinjay.server.metrics..",
    "ch.qos.logback.., org.popinjay.server.log..",
    "picocli.., org.popinjay.server..",
    "org.bouncycastle.crypto.., org.popinjay.auth..",
    "org.bouncycastle.asn1.., org.popinjay.server.cli..",
    "jdk.incubator.., org.popinjay.mailstore..",
  })
  void eachLibraryHasOneDoor(String library, String door) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(door)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library));
  }

  @Test
  void channelsStayInThePlumbing() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "org.popinjay.wire..", "org.popinjay.server..", "org.popinjay..netty..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler.."));
  }

  @Test
  void timeAndThreadsComeFromOutside() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "org.popinjay.wire..",
                "org.popinjay.server..",
                "org.popinjay.posix..",
                "org.popinjay.mailstore.lock..")
            .should()
            .callMethodWhere(
                calls(Thread.class, "sleep")
                    .or(calls(System.class, "currentTimeMillis"))
                    .or(calls(Instant.class, "now"))
                    .or(calls(Executors.class, ".*"))
                    .or(calls(Thread.class, "ofVirtual|ofPlatform|startVirtualThread")))
            .orShould()
            .callConstructorWhere(calls(Thread.class, "<init>"))
            .because("what is injected can be replayed"));
  }

  @Test
  void programsAreStartedWithoutOurCapabilities() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.popinjay.posix.Programs")
            .should()
            .callMethodWhere(
                calls(ProcessBuilder.class, "start|startPipeline")
                    .or(calls(Runtime.class, "exec"))));
  }

  @Test
  void nobodyWritesPastTheLog() {
    check(
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging.."));
  }

  @Test
  void nothingIsInjectedIntoFields() {
    check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Util", "Utils", "Helper", "Manager", "Impl"})
  void namesSayWhatAThingIs(String ending) {
    check(noClasses().should().haveSimpleNameEndingWith(ending));
  }

  @Test
  void outsideTextMeetsNoRegularExpression() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("org.popinjay.config..", "org.popinjay.server..")
            .should()
            .dependOnClassesThat(type(Pattern.class))
            .orShould()
            .callMethodWhere(calls(String.class, "matches|replaceAll|replaceFirst|split"))
            .because("java.util.regex can be made to run for ever"));
  }

  @Test
  void topLevelClassesAreFinalUnlessMadeForExtension() {
    check(
        classes()
            .that()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotRecords()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .and(DescribedPredicate.describe("are not sealed", type -> !type.reflect().isSealed()))
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .haveModifier(JavaModifier.FINAL));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(house);
  }

  private static DescribedPredicate<JavaClass> assignableTo(Class<?> type) {
    return JavaClass.Predicates.assignableTo(type);
  }

  private static DescribedPredicate<JavaClass> assignableTo(String type) {
    return JavaClass.Predicates.assignableTo(type);
  }

  private static DescribedPredicate<JavaClass> partOf(Set<String> topLevel) {
    return DescribedPredicate.describe(
        "part of " + topLevel,
        found -> {
          var name = found.getName().substring(found.getPackageName().length() + 1);
          int nested = name.indexOf('$');
          return topLevel.contains(nested < 0 ? name : name.substring(0, nested));
        });
  }

  private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String name) {
    var pattern = Pattern.compile(name);
    return DescribedPredicate.describe(
        owner.getSimpleName() + "." + name,
        access ->
            access.getTargetOwner().isEquivalentTo(owner)
                && pattern.matcher(access.getName()).matches());
  }

  private static ArchCondition<JavaMethod> nameOnly(DescribedPredicate<JavaClass> types) {
    return new ArchCondition<>("name only types that are " + types.getDescription()) {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        for (var used : method.getAllInvolvedRawTypes()) {
          if (!types.test(used)) {
            events.add(
                SimpleConditionEvent.violated(
                    method, method.getFullName() + " names " + used.getName()));
          }
        }
      }
    };
  }

  /// One slice a package. `Main` stands outside: it is the front door in the base package and looks
  /// at the command line above it.
  private static final class Packages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass found) {
      return found.getFullName().equals("org.popinjay.server.Main")
          ? SliceIdentifier.ignore()
          : SliceIdentifier.of(found.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
