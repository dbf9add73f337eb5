package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.config.SettingsReader;
import dev.nameplate.wire.codec.Document;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Keeps what the other documents list true: settings, supported operations, tests that prove them, links.
final class DocumentsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern SETTING =
            Pattern.compile("\\s*(\\S+)\\s+(\\S+)\\s+(.*?)(?: \\[(.*)])?");
    private static final Pattern LINK = Pattern.compile("]\\(([A-Za-z][\\w./-]*)\\)");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");

    @Test
    void theReadmeListsTheSettingsThatHelpLists() {
        List<String> wanted = SettingsReader.describe().stream().map(DocumentsTest::asRow).toList();
        List<String> shown =
                read("README.md").lines().filter(line -> line.startsWith("| `NAMEPLATE_")).toList();
        assertThat(shown).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({
        "Lightsail, dev.nameplate.api.lightsail.LightsailApi",
        "ACM, dev.nameplate.api.acm.AcmApi",
        "CloudFront, dev.nameplate.api.cloudfront.CloudFrontApi"
    })
    void theSupportedOperationsAreThoseOffered(String service, String api)
            throws ClassNotFoundException {
        Set<String> offered =
                Stream.concat(
                                Stream.of(Class.forName(api)),
                                Arrays.stream(Class.forName(api).getInterfaces()))
                        .filter(type -> type.getPackageName().startsWith("dev.nameplate."))
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .flatMap(DocumentsTest::operation)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed(service)).isEqualTo(offered);
    }

    @Test
    void everyTestThatIsCalledAProofExists() throws IOException {
        Set<String> named = found(TEST, "COMPATIBILITY.md");
        Set<String> existing = new TreeSet<>();
        for (String module : List.of("wire", "edge", "server", "it")) {
            try (Stream<Path> files =
                    Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> existing.add(name.replace(".java", "")));
            }
        }
        assertThat(existing).containsAll(named);
    }

    @Test
    void linksBetweenTheDocumentsLeadSomewhere() {
        Set<String> broken = new TreeSet<>();
        for (String document :
                List.of(
                        "README.md",
                        "ARCHITECTURE.md",
                        "COMPATIBILITY.md",
                        "CONTRIBUTING.md",
                        "SECURITY.md",
                        "CHANGELOG.md")) {
            found(LINK, document).stream()
                    .filter(link -> !Files.exists(PROJECT.resolve(link)))
                    .forEach(link -> broken.add(document + ": " + link));
        }
        assertThat(broken).isEmpty();
    }

    private static String asRow(String described) {
        var setting = SETTING.matcher(described);
        assertThat(setting.matches()).as(described).isTrue();
        String standard = setting.group(4) == null ? "" : "`" + setting.group(4) + "` ";
        return "| `%s` | `%s` | %s | %s|"
                .formatted(setting.group(1), setting.group(2), setting.group(3), standard);
    }

    /// A client interface has one method an operation, called as it is, whose only parameter is the operation's request; or a
    /// document, where the SDK has no request.
    private static Stream<String> operation(Method method) {
        boolean takesOne =
                Arrays.stream(method.getParameterTypes())
                        .anyMatch(type ->
                                type.equals(Document.class)
                                        || type.getSimpleName().endsWith("Request"));
        String name = method.getName();
        return takesOne
                ? Stream.of(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))
                : Stream.empty();
    }

    /// The sentence `Supported: …` in the service's section.
    private static Set<String> listed(String service) {
        var sentence =
                Pattern.compile(
                                "^## " + service + "$.*?^Supported: ([^.]*)\\.",
                                Pattern.MULTILINE | Pattern.DOTALL)
                        .matcher(read("COMPATIBILITY.md"));
        assertThat(sentence.find()).as("what COMPATIBILITY.md says of %s", service).isTrue();
        return Pattern.compile(",\\s+")
                .splitAsStream(sentence.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> found(Pattern pattern, String document) {
        Function<MatchResult, String> word = match -> match.group(1);
        return pattern.matcher(read(document))
                .results()
                .map(word)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(String document) {
        try {
            return Files.readString(PROJECT.resolve(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
