package dev.nameplate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The arrows of ARCHITECTURE.md, held by a test. A new package is added here with whom it may see; an arrow that cannot be
/// explained is a design question, not a line to add.
final class ArchitectureTest {
    private static final String ROOT = "dev.nameplate";

    static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(location -> !location.contains("/test-classes/"))
                    .importPackages(ROOT);

    /// Package → the packages of ours it may see. The root package (start-up and wiring) sees all.
    static final Map<String, Set<String>> ARROWS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("names", Set.of()),
                            Map.entry("http", Set.of()),
                            Map.entry("db", Set.of()),
                            Map.entry("vault", Set.of("db")),
                            Map.entry("vault.kms", Set.of("vault")),
                            Map.entry("pki", Set.of("names")),
                            Map.entry("config", Set.of("names")),
                            Map.entry("feed", Set.of("db")),
                            Map.entry("accesslog", Set.of("edge.config")),
                            Map.entry("tag", Set.of("db")),
                            Map.entry("traffic", Set.of("db", "job", "edge.config")),
                            Map.entry("job", Set.of("db")),
                            Map.entry("identity", Set.of("db", "vault", "names")),
                            Map.entry("notification", Set.of("db", "job", "vault", "names")),
                            Map.entry(
                                    "notification.source",
                                    Set.of(
                                            "notification",
                                            "certificate",
                                            "saas",
                                            "job",
                                            "db",
                                            "names")),
                            Map.entry("notification.mail", Set.of("notification", "names")),
                            Map.entry("notification.sns", Set.of("notification")),
                            Map.entry(
                                    "notification.webhook", Set.of("notification", "edge.config")),
                            Map.entry(
                                    "api.notification", Set.of("api.rest", "notification", "wire")),
                            Map.entry(
                                    "api.issuer",
                                    Set.of(
                                            "api.rest",
                                            "issuer.acme",
                                            "issuer.ratelimit",
                                            "certificate",
                                            "db",
                                            "dns",
                                            "names",
                                            "pki")),
                            Map.entry("ticket", Set.of("db", "job", "vault", "edge.config")),
                            Map.entry("dns", Set.of("db", "http", "names")),
                            Map.entry("challenge", Set.of("db", "job", "names")),
                            Map.entry(
                                    "ondemand",
                                    Set.of(
                                            "certificate",
                                            "distribution",
                                            "db",
                                            "http",
                                            "pki",
                                            "names")),
                            Map.entry(
                                    "certificate",
                                    Set.of("db", "job", "vault", "dns", "feed", "pki", "names")),
                            Map.entry(
                                    "issuer.ca",
                                    Set.of(
                                            "issuer.ca.revocation",
                                            "certificate",
                                            "db",
                                            "job",
                                            "vault",
                                            "pki",
                                            "names")),
                            Map.entry(
                                    "issuer.ca.revocation",
                                    Set.of("certificate", "db", "job", "pki")),
                            Map.entry(
                                    "issuer.acme",
                                    Set.of(
                                            "certificate",
                                            "challenge",
                                            "db",
                                            "dns",
                                            "http",
                                            "job",
                                            "vault",
                                            "pki",
                                            "names")),
                            Map.entry("issuer.status", Set.of("certificate", "http", "pki")),
                            Map.entry(
                                    "issuer.ratelimit",
                                    Set.of("certificate", "db", "job", "names")),
                            Map.entry(
                                    "enrolment",
                                    Set.of("certificate", "db", "job", "vault", "pki", "names")),
                            Map.entry(
                                    "enrolment.validation",
                                    Set.of("enrolment", "dns", "http", "pki", "names")),
                            Map.entry(
                                    "api.acme",
                                    Set.of(
                                            "enrolment",
                                            "certificate",
                                            "api.rest",
                                            "pki",
                                            "names",
                                            "wire")),
                            Map.entry("revocation", Set.of("certificate", "db", "job", "names")),
                            Map.entry("api.pki", Set.of("issuer.ca.revocation", "wire")),
                            Map.entry(
                                    "distribution",
                                    Set.of(
                                            "certificate",
                                            "feed",
                                            "db",
                                            "job",
                                            "names",
                                            "edge.config")),
                            Map.entry("invalidation", Set.of("feed", "db", "job")),
                            Map.entry(
                                    "publish",
                                    Set.of(
                                            "certificate",
                                            "challenge",
                                            "ondemand",
                                            "distribution",
                                            "invalidation",
                                            "tenant",
                                            "feed",
                                            "db",
                                            "job",
                                            "names",
                                            "pki",
                                            "edge.config")),
                            Map.entry(
                                    "tenant",
                                    Set.of(
                                            "certificate",
                                            "distribution",
                                            "feed",
                                            "db",
                                            "job",
                                            "names",
                                            "edge.config")),
                            Map.entry("saas", Set.of("job", "db", "vault", "names")),
                            Map.entry("domain", Set.of("saas", "dns", "job", "db", "names")),
                            Map.entry("saas.aws", Set.of("saas", "names")),
                            Map.entry("api", Set.of("wire")),
                            Map.entry("api.ops", Set.of("wire")),
                            Map.entry(
                                    "api.lightsail",
                                    Set.of(
                                            "certificate",
                                            "distribution",
                                            "invalidation",
                                            "traffic",
                                            "dns",
                                            "tag",
                                            "db",
                                            "pki",
                                            "names",
                                            "edge.config",
                                            "wire")),
                            Map.entry(
                                    "api.acm",
                                    Set.of(
                                            "certificate",
                                            "dns",
                                            "tag",
                                            "db",
                                            "pki",
                                            "names",
                                            "wire",
                                            "wire.codec")),
                            Map.entry(
                                    "api.cloudfront",
                                    Set.of(
                                            "certificate",
                                            "pki",
                                            "distribution",
                                            "dns",
                                            "tenant",
                                            "invalidation",
                                            "tag",
                                            "db",
                                            "names",
                                            "edge.config",
                                            "wire")),
                            Map.entry(
                                    "api.rest",
                                    Set.of(
                                            "certificate",
                                            "revocation",
                                            "issuer.ratelimit",
                                            "distribution",
                                            "dns",
                                            "db",
                                            "pki",
                                            "names",
                                            "wire",
                                            "wire.model")),
                            Map.entry("api.sts", Set.of("names", "wire")),
                            Map.entry(
                                    "api.versions", Set.of("distribution", "db", "names", "wire")),
                            Map.entry(
                                    "api.saas",
                                    Set.of("api.rest", "domain", "saas", "pki", "names", "wire")),
                            Map.entry("audit", Set.of("db", "vault", "pki")),
                            Map.entry("client", Set.of("config", "http")),
                            Map.entry("demo", Set.of("http"))));

    @Test
    void noPackageIsInACycle() {
        slices().assignedFrom(byPackage())
                .should()
                .beFreeOfCycles()
                .because("a reader must be able to understand a package with those below it alone")
                .check(CLASSES);
    }

    @Test
    void everyPackageSeesOnlyWhomItMay() {
        Map<String, Set<String>> unexplained = new TreeMap<>();
        for (JavaClass each : CLASSES) {
            String from = relative(each.getPackageName());
            if (!ARROWS.containsKey(from)) {
                continue;
            }
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .map(JavaClass::getPackageName)
                    .filter(name -> name.equals(ROOT) || name.startsWith(ROOT + "."))
                    .map(ArchitectureTest::relative)
                    .filter(to -> !to.equals(from) && !ARROWS.get(from).contains(to))
                    .forEach(to ->
                            unexplained
                                    .computeIfAbsent(from, _ -> new TreeSet<>())
                                    .add(to + " (by " + each.getSimpleName() + ")"));
        }
        assertThat(unexplained).isEmpty();
    }

    @Test
    void everyPackageHasItsArrowsNamed() {
        Set<String> here = new TreeSet<>();
        CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(ArchitectureTest::relative)
                .filter(name -> !name.startsWith("wire") && !name.startsWith("edge"))
                .forEach(here::add);
        assertThat(here).isEqualTo(ARROWS.keySet());
    }

    @Test
    void awsTypesStayAtTheDoors() {
        noClasses()
                .that(
                        new DescribedPredicate<>("live in a feature") {
                            @Override
                            public boolean test(JavaClass each) {
                                String name = relative(each.getPackageName());
                                return List.of(
                                                "names",
                                                "db",
                                                "vault",
                                                "config",
                                                "feed",
                                                "tag",
                                                "job",
                                                "identity",
                                                "notification",
                                                "notification.mail",
                                                "notification.webhook",
                                                "dns",
                                                "certificate",
                                                "challenge",
                                                "ondemand",
                                                "issuer.acme",
                                                "issuer.ca",
                                                "issuer.ca.revocation",
                                                "distribution",
                                                "invalidation",
                                                "tenant",
                                                "publish")
                                        .contains(name);
                            }
                        })
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon.awssdk..")
                .because("a feature speaks in its own records; the wire's shapes change with AWS")
                .check(CLASSES);
    }

    @Test
    void aChainIsTakenUnexaminedOnlyWhereItIsLookedAt() {
        classes()
                .that()
                .haveFullyQualifiedName(ROOT + ".pki.AnyChain")
                .should()
                .onlyHaveDependentClassesThat()
                .haveNameMatching(
                        "dev\\.nameplate\\.(enrolment\\.validation\\.AnyTls|publish\\.HandshakeCheck)")
                .because("a client that has to know whom it talks to examines the chain")
                .check(CLASSES);
    }

    @Test
    void nobodyReadsAClockOrSleepsOutsideTheWiring() throws IOException {
        Pattern ambient =
                Pattern.compile(
                        "Instant\\.now\\(\\)|System\\.currentTimeMillis\\(|Thread\\.sleep\\(|new Random\\(\\)"
                                + "|Math\\.random\\(|LocalDate(Time)?\\.now\\(\\)|Clock\\.system");
        try (var files = Files.walk(Path.of("src/main/java"))) {
            List<String> found =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> ambient.matcher(read(file)).find())
                            .map(file -> file.getFileName().toString())
                            .toList();
            assertThat(found)
                    .as("time and chance are constructor arguments, so that tests own them")
                    .isEmpty();
        }
    }

    @Test
    void everyPackageSaysItsJob() throws IOException {
        Map<String, Set<String>> silent = new TreeMap<>();
        classes().should().resideInAnyPackage(ROOT + "..").check(CLASSES);
        for (JavaPackage each : packages()) {
            Path info =
                    Path.of("src/main/java", each.getName().replace('.', '/'), "package-info.java");
            if (!Files.exists(info) || !Files.readString(info).startsWith("///")) {
                silent.put(each.getName(), Set.of());
            }
        }
        assertThat(silent.keySet()).isEmpty();
    }

    @Test
    void whatAPackageSaysItSeesIsWhatItMaySee() throws IOException {
        Pattern sentence = Pattern.compile("\\bSees ((?:`[^`]*`|[^`.;])*)[.;]");
        for (Map.Entry<String, Set<String>> each : ARROWS.entrySet()) {
            Path info =
                    Path.of(
                            "src/main/java/dev/nameplate",
                            each.getKey().replace('.', '/'),
                            "package-info.java");
            Matcher sees = sentence.matcher(Files.readString(info).replace("\n///", " "));
            if (sees.find()) {
                assertThat(named(sees.group(1)))
                        .as(info + ", without the modules `wire` and `edge`")
                        .isEqualTo(ours(each.getValue()));
            }
        }
    }

    private static Set<String> named(String sentence) {
        return ours(
                Pattern.compile("`([a-z.]+)`")
                        .matcher(sentence)
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toSet()));
    }

    private static Set<String> ours(Set<String> packages) {
        return packages.stream()
                .filter(name -> !name.startsWith("wire") && !name.startsWith("edge"))
                .collect(Collectors.toSet());
    }

    private static List<JavaPackage> packages() {
        return CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(each -> each.getName().startsWith(ROOT))
                .filter(each -> !relative(each.getName()).startsWith("wire"))
                .filter(each -> !relative(each.getName()).startsWith("edge"))
                .distinct()
                .toList();
    }

    private static SliceAssignment byPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass each) {
                return each.getPackageName().startsWith(ROOT)
                        ? SliceIdentifier.of(each.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    static String relative(String packageName) {
        return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
