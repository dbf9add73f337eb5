package dev.nameplate.edge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.nameplate.edge",
        importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.nameplate.edge.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_SEES_THE_TOP =
            noClasses()
                    .that()
                    .resideInAPackage("dev.nameplate.edge.*..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.nameplate.edge");

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NO_NETTY =
            noClasses()
                    .that()
                    .resideInAPackage("dev.nameplate.edge.config")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule TCNATIVE_IS_TOUCHED_IN_ONE_PLACE =
            noClasses()
                    .that()
                    .haveNameNotMatching("dev\\.nameplate\\.edge\\.tls\\.NativeTls(\\$.*)?")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty.internal.tcnative..");

    @ArchTest
    static final ArchRule TIME_IS_GIVEN =
            noClasses()
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now");
}
