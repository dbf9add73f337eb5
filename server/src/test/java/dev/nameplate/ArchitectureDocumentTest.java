package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Keeps ARCHITECTURE.md true: what it names exists, and its map is the packages that exist.
///
/// In code font a word with a capital is a type of ours; names of others (AWS operations, classes of libraries) are written
/// plainly there, so that a type renamed or deleted is always noticed.
final class ArchitectureDocumentTest {
    private static final Path PROJECT = Path.of("..");
    private static final List<String> MODULES = List.of("wire", "edge", "server", "it", "bench");
    private static final String DOCUMENT = read(PROJECT.resolve("ARCHITECTURE.md"));

    /// `Type`, `package.Type` or `package.Type.Nested`.
    private static final Pattern TYPE =
            Pattern.compile("((?:[a-z0-9]+\\.)*)([A-Z]\\w*[a-z]\\w*)((?:\\.[A-Z]\\w*)*)");

    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9]+(?:\\.[a-z0-9]+)*");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

    /// Simple name of each source file → the packages, below our root, that have one.
    private static final Map<String, Set<String>> SOURCES = sources();

    /// @param packageName without our root
    private record Row(String packageName, String startAt, Set<String> maySee) {}

    @Test
    void everyTypeItNamesExists() {
        Set<String> gone = new TreeSet<>();
        for (String code : codeIn(withoutBlocks(DOCUMENT))) {
            var type = TYPE.matcher(code);
            if (type.matches() && !exists(type.group(1), type.group(2), type.group(3))) {
                gone.add(code);
            }
        }
        assertThat(gone)
                .as("types in code font in ARCHITECTURE.md that do not exist (any more)")
                .isEmpty();
    }

    @Test
    void itsMapIsThePackagesThatExist() {
        Set<String> mapped =
                rows().stream()
                        .map(Row::packageName)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> existing = new TreeSet<>();
        ArchitectureTest.CLASSES.stream()
                .map(JavaClass::getPackageName)
                .map(ArchitectureTest::relative)
                .filter(name -> !name.isEmpty())
                .forEach(existing::add);
        assertThat(mapped).isEqualTo(existing);
    }

    @Test
    void aReaderCanStartWhereTheMapSays() {
        Set<String> astray =
                rows().stream()
                        .filter(row ->
                                !SOURCES.getOrDefault(row.startAt(), Set.of())
                                        .contains(row.packageName()))
                        .map(row -> row.packageName() + ": " + row.startAt())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(astray).isEmpty();
    }

    @Test
    void itsMapShowsTheArrowsThatAreHeld() {
        Map<String, Set<String>> shown = new TreeMap<>();
        rows().forEach(row -> shown.put(row.packageName(), row.maySee()));
        assertThat(shown).containsAllEntriesOf(ArchitectureTest.ARROWS);
    }

    /// The arrows inside `wire` and `edge` are named nowhere else, so they are compared with what the classes see.
    @Test
    void noPackageOfTheOtherModulesSeesMoreThanTheMapShows() {
        Map<String, Set<String>> maySee = new TreeMap<>();
        rows().forEach(row -> maySee.put(row.packageName(), row.maySee()));
        Map<String, Set<String>> unshown = new TreeMap<>();
        for (JavaClass each : ArchitectureTest.CLASSES) {
            String from = ArchitectureTest.relative(each.getPackageName());
            if (!from.startsWith("wire") && !from.startsWith("edge")) {
                continue;
            }
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .map(JavaClass::getPackageName)
                    .filter(name -> name.startsWith("dev.nameplate."))
                    .map(ArchitectureTest::relative)
                    .filter(to ->
                            !to.equals(from) && !maySee.getOrDefault(from, Set.of()).contains(to))
                    .forEach(to -> unshown.computeIfAbsent(from, _ -> new TreeSet<>()).add(to));
        }
        assertThat(unshown).isEmpty();
    }

    private static boolean exists(String packagePrefix, String simpleName, String nested) {
        Set<String> homes = SOURCES.getOrDefault(simpleName, Set.of());
        if (packagePrefix.isEmpty() && nested.isEmpty()) {
            return !homes.isEmpty();
        }
        return homes.stream()
                .filter(home -> packagePrefix.isEmpty() || (home + ".").equals(packagePrefix))
                .anyMatch(home ->
                        Arrays.stream(nested.split("\\."))
                                .filter(inner -> !inner.isEmpty())
                                .allMatch(inner -> declares(home, simpleName, inner)));
    }

    private static boolean declares(String home, String simpleName, String inner) {
        Pattern declaration =
                Pattern.compile(
                        "\\b(class|interface|record|enum)\\s+" + Pattern.quote(inner) + "\\b");
        return sourceFiles()
                .filter(file -> file.endsWith(simpleName + ".java"))
                .filter(file -> packageOf(file).equals(home))
                .anyMatch(file -> declaration.matcher(read(file)).find());
    }

    private static List<Row> rows() {
        List<Row> rows =
                section("## Map")
                        .lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("\\|"))
                        .map(cells ->
                                new Row(
                                        codeIn(cells[1]).getFirst(),
                                        codeIn(cells[3]).getFirst(),
                                        codeIn(cells[4]).stream()
                                                .filter(code -> PACKAGE.matcher(code).matches())
                                                .collect(Collectors.toCollection(TreeSet::new))))
                        .toList();
        assertThat(rows).as("rows of the map").isNotEmpty();
        return rows;
    }

    private static String section(String heading) {
        var section =
                Pattern.compile(
                                "^" + heading + "$(.*?)(?=^## |\\z)",
                                Pattern.MULTILINE | Pattern.DOTALL)
                        .matcher(DOCUMENT);
        assertThat(section.find()).as("'%s' in ARCHITECTURE.md", heading).isTrue();
        return section.group(1);
    }

    private static String withoutBlocks(String text) {
        return Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(text)
                .replaceAll("");
    }

    private static List<String> codeIn(String text) {
        return CODE.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
    }

    private static Map<String, Set<String>> sources() {
        Map<String, Set<String>> sources = new TreeMap<>();
        sourceFiles()
                .forEach(file -> {
                    String name = file.getFileName().toString().replace(".java", "");
                    sources.computeIfAbsent(name, _ -> new TreeSet<>()).add(packageOf(file));
                });
        return sources;
    }

    private static Stream<Path> sourceFiles() {
        return MODULES.stream()
                .map(PROJECT::resolve)
                .flatMap(module -> Stream.of("src/main/java", "src/test/java").map(module::resolve))
                .map(root -> root.resolve("dev/nameplate"))
                .filter(Files::isDirectory)
                .flatMap(ArchitectureDocumentTest::javaFiles);
    }

    private static Stream<Path> javaFiles(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String packageOf(Path file) {
        String path = file.resolveSibling("").toString().replace('\\', '/') + "/";
        String root = "/dev/nameplate/";
        String below = path.substring(path.indexOf(root) + root.length());
        return below.isEmpty() ? "" : below.substring(0, below.length() - 1).replace('/', '.');
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
