package dev.nameplate.wire;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;

class ArchitectureTest {

    private static final JavaClasses WIRE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.nameplate.wire");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.nameplate.(**)").should().beFreeOfCycles().check(WIRE);
    }

    @Test
    void innerPackagesDoNotSeeTheEndpoint() {
        noClasses()
                .that()
                .resideInAnyPackage("..wire.model..", "..wire.codec..", "..wire.sigv4..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.nameplate.wire")
                .check(WIRE);
    }

    @Test
    void nothingHereKnowsASingleServiceOrAnHttpServer() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.nameplate.wire..",
                        "java..",
                        "javax.crypto..",
                        "javax.xml.stream..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "com.fasterxml.jackson.core..",
                        "software.amazon.awssdk.awscore..",
                        "software.amazon.awssdk.core..",
                        "software.amazon.awssdk.utils..")
                .check(WIRE);
    }

    @Test
    void timeIsGiven() {
        noClasses().should().callMethod(Instant.class, "now").check(WIRE);
        noClasses().should().dependOnClassesThat().areAssignableTo(Clock.class).check(WIRE);
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(WIRE);
    }
}
