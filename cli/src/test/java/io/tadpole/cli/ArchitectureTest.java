package io.tadpole.cli;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.nio.channels.FileChannel;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.tngtech.archunit.base.DescribedPredicate.doNot;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The doors and the order of the modules, over the classes of all of them. */
final class ArchitectureTest
{
    /** Not the tests: they look behind the doors. */
    private static final JavaClasses TADPOLE = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .withImportOption(location -> !location.contains("-tests.jar"))
        .importPackages("io.tadpole");

    /** One door for each third party and each dangerous part of the JDK: who may use what. */
    @ParameterizedTest
    @CsvSource({
        "com\\.lmax\\..*, io\\.tadpole\\.(engine\\.[^.]*|bench\\.DisruptorCarrier)",
        "io\\.aeron\\..*, io\\.tadpole\\.(aeron\\.[^.]*|bench\\.AeronCarrier)",
        "net\\.openhft\\..*, io\\.tadpole\\.journal\\.Chronicle(Cursor|Files?)",
        "java\\.lang\\.foreign\\.Linker.*, io\\.tadpole\\.kernel\\.Native",
        "java\\.lang\\.foreign\\.SymbolLookup.*, io\\.tadpole\\.kernel\\.[^.]*",
        "java\\.lang\\.invoke\\.VarHandle, io\\.tadpole\\.(ring\\.Ordered|crash\\.Words)",
        "picocli\\..*, io\\.tadpole\\.cli\\.[^.]*",
        "org\\.HdrHistogram\\..*, io\\.tadpole\\.(examples|bench)\\..*",
    })
    void shouldUseEachDangerousThingThroughItsDoor(final String thing, final String door)
    {
        final DescribedPredicate<JavaClass> things = nameMatching(thing).forSubtype();
        final DescribedPredicate<JavaClass> doors = nameMatching(door + "(\\$.*)?").forSubtype();
        noClasses().that(doNot(doors)).should().dependOnClassesThat(things).check(TADPOLE);
        assertTrue(
            TADPOLE.that(doors).stream().anyMatch(user -> user.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> things.test(dependency.getTargetClass()))),
            "nobody behind the door " + door + " uses " + thing + ": the rule has lost its object");
    }

    /** Java drops a file's locks when any of its descriptors closes: so each file that is locked has one class. */
    @Test
    void shouldLockFilesInTheirOwnClassesOnly()
    {
        final Set<String> lockers = TADPOLE.stream()
            .filter(user -> user.getMethodCallsFromSelf().stream().anyMatch(call ->
                call.getTargetOwner().isAssignableTo(FileChannel.class) && call.getName().matches("(try)?[lL]ock")))
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
        assertEquals(Set.of("io.tadpole.ring.RoleLock", "io.tadpole.journal.WriterLock"), lockers);
    }

    /** The flag-free rule: the core runs on a JVM that denies unsafe access. Aeron's room and the peers need it. */
    @Test
    void shouldTouchNoUnsafeMemory()
    {
        noClasses().that(doNot(resideInAnyPackage("io.tadpole.aeron", "io.tadpole.bench"))).should()
            .dependOnClassesThat(nameMatching(
                "sun\\.misc\\..*|jdk\\.internal\\..*|org\\.agrona\\.concurrent\\..*|org\\.agrona\\.UnsafeApi")
                .forSubtype()).check(TADPOLE);
    }

    @Test
    void shouldDependOnlyOnModulesBelow()
    {
        Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("envelope").definedBy("io.tadpole.envelope..", "io.tadpole.codecs..")
            .layer("ring").definedBy("io.tadpole.ring..")
            .layer("aeron").definedBy("io.tadpole.aeron..")
            .layer("engine").definedBy("io.tadpole.engine..")
            .layer("journal").definedBy("io.tadpole.journal..")
            .layer("kernel").definedBy("io.tadpole.kernel..")
            .layer("examples").definedBy("io.tadpole.examples..")
            .layer("bench").definedBy("io.tadpole.bench..")
            .layer("crash").definedBy("io.tadpole.crash..")
            .layer("matrix").definedBy("io.tadpole.matrix..")
            .layer("cli").definedBy("io.tadpole.cli..")
            .whereLayer("envelope").mayNotAccessAnyLayer()
            .whereLayer("ring").mayOnlyAccessLayers("envelope")
            .whereLayer("aeron").mayOnlyAccessLayers("ring", "envelope")
            .whereLayer("engine").mayOnlyAccessLayers("ring", "envelope")
            .whereLayer("journal").mayOnlyAccessLayers("engine", "ring", "envelope")
            .whereLayer("kernel").mayOnlyAccessLayers("engine", "ring", "envelope")
            .whereLayer("examples").mayOnlyAccessLayers("kernel", "journal", "engine", "aeron", "ring", "envelope")
            .whereLayer("bench").mayOnlyAccessLayers("kernel", "engine", "ring", "envelope")
            .whereLayer("crash").mayOnlyAccessLayers("engine", "ring", "envelope")
            .whereLayer("matrix").mayOnlyAccessLayers("crash", "ring", "envelope")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .check(TADPOLE);
    }

    @Test
    void shouldHaveEachClassInOneOfTheModules()
    {
        classes().should().resideInAnyPackage(
            "io.tadpole.envelope", "io.tadpole.codecs.sbe", "io.tadpole.ring", "io.tadpole.aeron",
            "io.tadpole.engine", "io.tadpole.journal", "io.tadpole.kernel", "io.tadpole.examples..", "io.tadpole.bench",
            "io.tadpole.crash", "io.tadpole.matrix", "io.tadpole.cli").check(TADPOLE);
    }

    /** An example does nothing that its reader could not do: no third party behind Tadpole, no reflection. */
    @Test
    void shouldShowInExamplesOnlyWhatUsersHave()
    {
        classes().that(resideInAPackage("io.tadpole.examples..")).should().onlyDependOnClassesThat(
            resideInAnyPackage("io.tadpole..", "java..", "org.agrona", "org.HdrHistogram", "org.jspecify.annotations",
                "com.sun.management", "")).check(TADPOLE);
        noClasses().that(resideInAPackage("io.tadpole.examples..")).should().dependOnClassesThat(
            resideInAPackage("java.lang.reflect")).check(TADPOLE);
    }

    @Test
    void shouldWriteToTheStandardStreamsInProgramsOnly()
    {
        final JavaClasses quiet = TADPOLE.that(doNot(
            resideInAnyPackage("io.tadpole.cli..", "io.tadpole.examples..", "io.tadpole.bench")
                .or(nameMatching("io\\.tadpole\\.(crash\\.CrashChild|matrix\\.Peer|ring\\.LayoutPrinter)"))));
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(quiet);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(TADPOLE);
    }
}
