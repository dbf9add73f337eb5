package dev.nameplate.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// What the operator gave, key by key, and what is wrong with it: every problem is kept, so that all can be told at once. An
/// unknown key is refused with the nearest known one.
final class GivenSettings {
    /// Variables that the launcher reads, not the server.
    private static final List<String> LAUNCHER_VARIABLES =
            List.of("NAMEPLATE_JAVA_HOME", "NAMEPLATE_JAVA_OPTS", "NAMEPLATE_START_CACHE");

    private final Map<Setting, String> given = new EnumMap<>(Setting.class);
    private final List<String> problems = new ArrayList<>();
    private Optional<Section> issuers = Optional.empty();

    /// The section `issuers`, which [IssuersReader] reads.
    record Section(Path file, JsonNode tree) {}

    // ---- reading

    void readFile(Path file) {
        tree(file).ifPresent(tree -> flatten(file, "", tree));
    }

    /// The tree of a YAML file; empty where it says nothing, or does not parse.
    Optional<JsonNode> tree(Path file) {
        try {
            JsonNode tree =
                    JsonMapper.builder(new YAMLFactory())
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build()
                            .readTree(Files.readString(file));
            if (tree.isMissingNode() || tree.isNull()) {
                return Optional.empty();
            }
            if (!tree.isObject()) {
                problems.add(file + ": expected keys such as 'bind: 127.0.0.1' at the top level");
                return Optional.empty();
            }
            return Optional.of(tree);
        } catch (JacksonException e) {
            problems.add(
                    file
                            + " is not valid YAML: "
                            + e.getOriginalMessage()
                            + Optional.ofNullable(e.getLocation())
                                    .map(at -> " (line " + at.getLineNr() + ")")
                                    .orElse(""));
        } catch (NoSuchFileException _) {
            problems.add("the configuration file " + file + " does not exist");
        } catch (IOException e) {
            problems.add("cannot read " + file + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    private void flatten(Path file, String prefix, JsonNode tree) {
        tree.properties()
                .forEach(property -> {
                    String path = prefix + property.getKey();
                    JsonNode value = property.getValue();
                    if (path.equals(IssuersReader.SECTION)) {
                        issuers = Optional.of(new Section(file, value));
                        return;
                    }
                    if (value.isObject()) {
                        flatten(file, path + ".", value);
                        return;
                    }
                    Optional<Setting> setting = byName(path, Setting::path);
                    if (setting.isEmpty()) {
                        problems.add(
                                "%s: unknown key '%s'; did you mean '%s'?"
                                        .formatted(file, path, nearest(path, Setting::path)));
                        return;
                    }
                    given.put(setting.get(), text(value));
                });
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(item.asText()));
            return String.join(",", items);
        }
        return value.asText();
    }

    Optional<Section> issuers() {
        return issuers;
    }

    void readEnvironment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (!name.startsWith("NAMEPLATE_") || LAUNCHER_VARIABLES.contains(name)) {
                return;
            }
            byName(name, Setting::variable)
                    .ifPresentOrElse(
                            setting -> given.put(setting, value),
                            () ->
                                    problems.add(
                                            "unknown environment variable %s; did you mean %s?"
                                                    .formatted(
                                                            name,
                                                            nearest(name, Setting::variable))));
        });
    }

    private static Optional<Setting> byName(String name, Function<Setting, String> naming) {
        return Stream.of(Setting.values())
                .filter(setting -> naming.apply(setting).equals(name))
                .findFirst();
    }

    private static String nearest(String name, Function<Setting, String> naming) {
        return Spelling.nearest(name, Stream.of(Setting.values()).map(naming));
    }

    // ---- what was given, in the type it is wanted in

    <T> T required(Setting setting, Function<String, T> parser, T onProblem) {
        return parse(setting, text(setting).orElse(""), parser).orElse(onProblem);
    }

    <T> Optional<T> optional(Setting setting, Function<String, T> parser) {
        return text(setting).flatMap(text -> parse(setting, text, parser));
    }

    <T> Optional<T> parse(Setting setting, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problems.add(
                    "%s (%s) cannot be '%s': %s"
                            .formatted(setting.variable(), setting.path(), text, e.getMessage()));
            return Optional.empty();
        }
    }

    Optional<String> text(Setting setting) {
        String text = given.getOrDefault(setting, "").strip();
        return text.isEmpty() ? setting.standard() : Optional.of(text);
    }

    int port(Setting setting) {
        return (int) number(setting, 0, 65_535);
    }

    long number(Setting setting, long least, long most) {
        return required(
                setting,
                text -> {
                    long number;
                    try {
                        number = Long.parseLong(text);
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException("expected a whole number", e);
                    }
                    if (number < least || number > most) {
                        throw new IllegalArgumentException(
                                "expected a number from " + least + " to " + most);
                    }
                    return number;
                },
                least);
    }

    boolean flag(Setting setting) {
        return required(
                setting,
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException("expected true or false");
                        },
                false);
    }

    <E extends Enum<E>> E word(Setting setting, Class<E> words, E onProblem) {
        return required(
                setting,
                text -> {
                    try {
                        return Enum.valueOf(words, text.toUpperCase(Locale.ROOT));
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                "expected one of "
                                        + Arrays.toString(words.getEnumConstants())
                                                .toLowerCase(Locale.ROOT),
                                e);
                    }
                },
                onProblem);
    }

    List<String> list(Setting setting) {
        return text(setting).stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    List<InetSocketAddress> addresses(Setting setting) {
        return list(setting).stream()
                .flatMap(text -> parse(setting, text, GivenSettings::address).stream())
                .toList();
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected host:port");
        }
        try {
            String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
            return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected host:port", e);
        }
    }

    // ---- what is wrong

    void refuse(String problem) {
        problems.add(problem);
    }

    /// @throws InvalidSettings if anything is wrong
    void failOnProblems() {
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
    }
}
