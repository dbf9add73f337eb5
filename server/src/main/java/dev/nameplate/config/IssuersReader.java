package dev.nameplate.config;

import com.fasterxml.jackson.databind.JsonNode;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Reads who signs: the section `issuers`, in the settings or in a file of its own, and the lists that name them. As strict as the
/// rest: every problem is told, and an unknown key with the nearest known one.
final class IssuersReader {
    static final String SECTION = "issuers";

    private static final String NAME = "[a-z][a-z0-9-]{0,31}";
    private static final List<String> MEMBERS =
            List.of(
                    "preset",
                    "directory",
                    "contact",
                    "termsAgreed",
                    "eab",
                    "preferredChain",
                    "profile",
                    "keyType",
                    "caaNames",
                    "trustFile",
                    "limits");
    private static final List<String> EAB_MEMBERS = List.of("keyId", "hmacFile");

    private static final URI UNKNOWN = URI.create("https://unknown.invalid/");

    private final GivenSettings given;

    IssuersReader(GivenSettings given) {
        this.given = given;
    }

    Settings.Issuers issuers() {
        List<Settings.AcmeIssuer> acme = acme();
        List<String> known = known(acme);
        List<String> standard = names(Setting.ISSUER_DEFAULT, known);
        List<String> acm = orElse(names(Setting.ISSUER_ACM, known), standard);
        return new Settings.Issuers(
                acme,
                orElse(standard, List.of(Settings.Issuers.EMBEDDED)),
                orElse(names(Setting.ISSUER_LIGHTSAIL, known), standard),
                acm,
                orElse(names(Setting.ISSUER_SAAS, known), acm),
                Duration.ofMinutes(given.number(Setting.ISSUER_FALL_BACK, 1, 43_200)),
                names(Setting.ISSUER_SPARE, known),
                Duration.ofSeconds(given.number(Setting.ISSUER_STATUS_SECONDS, 1, 86_400)));
    }

    private static List<String> known(List<Settings.AcmeIssuer> acme) {
        return Stream.concat(
                        Stream.of(Settings.Issuers.EMBEDDED),
                        acme.stream().map(Settings.AcmeIssuer::name))
                .toList();
    }

    /// Those that a setting of another section names, all of them known.
    List<String> names(Setting setting, Settings.Issuers issuers) {
        return names(setting, known(issuers.acme()));
    }

    private List<String> names(Setting setting, List<String> known) {
        List<String> names = new ArrayList<>();
        for (String name : given.list(setting)) {
            if (!known.contains(name)) {
                given.refuse(
                        "%s (%s) names the issuer '%s', which is not configured; there are %s"
                                .formatted(
                                        setting.variable(),
                                        setting.path(),
                                        name,
                                        String.join(", ", known)));
            } else if (names.contains(name)) {
                given.refuse(
                        "%s (%s) names the issuer '%s' twice"
                                .formatted(setting.variable(), setting.path(), name));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    private List<Settings.AcmeIssuer> acme() {
        Optional<Path> file = given.optional(Setting.ISSUERS_FILE, SettingsReader::readable);
        Optional<GivenSettings.Section> section = given.issuers();
        if (file.isPresent() && section.isPresent()) {
            given.refuse(
                    "%s (%s) and the section issuers of %s exclude each other; keep one of them"
                            .formatted(
                                    Setting.ISSUERS_FILE.variable(),
                                    Setting.ISSUERS_FILE.path(),
                                    section.get().file()));
        }
        return file.flatMap(this::ofItsOwn).or(() -> section).map(this::acme).orElse(List.of());
    }

    /// A file may have the section's name over the issuers, or only them.
    private Optional<GivenSettings.Section> ofItsOwn(Path file) {
        return given.tree(file)
                .map(tree ->
                        tree.size() == 1 && tree.path(SECTION).isObject()
                                ? tree.path(SECTION)
                                : tree)
                .map(tree -> new GivenSettings.Section(file, tree));
    }

    private List<Settings.AcmeIssuer> acme(GivenSettings.Section section) {
        JsonNode tree = section.tree();
        if (tree.isNull()) {
            return List.of();
        }
        if (!tree.isObject()) {
            given.refuse(
                    section.file()
                            + ": issuers is a map of names, such as 'letsencrypt: {preset: letsencrypt}'");
            return List.of();
        }
        List<Settings.AcmeIssuer> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String name = entry.getKey();
            Members members =
                    new Members(section.file(), SECTION + "." + name, entry.getValue(), MEMBERS);
            if (!name.matches(NAME)) {
                members.refuse(
                        "",
                        "an issuer's name has lower-case letters, digits and hyphens, begins with a letter"
                                + " and is at most 32 long");
            } else if (name.equals(Settings.Issuers.EMBEDDED)) {
                members.refuse("", "that name is our own CA's; choose another");
            } else {
                issuer(name, members).ifPresent(all::add);
            }
        }
        return all;
    }

    /// Reads every member before it gives up, so that all problems are told.
    private Optional<Settings.AcmeIssuer> issuer(String name, Members members) {
        Settings.IssuerPreset preset =
                members.text("preset", IssuersReader::preset).orElse(Settings.IssuerPreset.NONE);
        Optional<URI> directory =
                members.text("directory", IssuersReader::directory)
                        .or(() -> preset.directory().map(URI::create));
        if (members.isMap() && !members.has("directory") && !members.has("preset")) {
            members.refuse(
                    "",
                    "directory is missing: the address of the CA's ACME directory, or a preset");
        }
        var issuer =
                new Settings.AcmeIssuer(
                        name,
                        preset,
                        directory.orElse(UNKNOWN),
                        members.texts("contact", IssuersReader::contact),
                        members.flag("termsAgreed"),
                        eab(members),
                        members.text("preferredChain", text -> text),
                        members.text("profile", text -> text),
                        members.text("keyType", SettingsReader::keyAlgorithm),
                        orElse(
                                members.texts("caaNames", IssuersReader::caaName),
                                preset.caaNames()),
                        members.text("trustFile", SettingsReader::readable),
                        members.children("limits"));
        return directory.map(_ -> issuer);
    }

    private static Optional<Settings.Eab> eab(Members members) {
        return members.child("eab", EAB_MEMBERS)
                .flatMap(eab -> {
                    Optional<String> keyId = eab.text("keyId", text -> text);
                    Optional<Path> file = eab.text("hmacFile", SettingsReader::readable);
                    if (!eab.has("keyId") || !eab.has("hmacFile")) {
                        eab.refuse("", "keyId and hmacFile must be set together");
                    }
                    return keyId.flatMap(id -> file.map(path -> new Settings.Eab(id, path)));
                });
    }

    private static Settings.IssuerPreset preset(String text) {
        return Stream.of(Settings.IssuerPreset.values())
                .filter(each -> each.word().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "expected one of "
                                        + String.join(
                                                ", ",
                                                Stream.of(Settings.IssuerPreset.values())
                                                        .map(Settings.IssuerPreset::word)
                                                        .toList())));
    }

    private static URI directory(String text) {
        URI uri = URI.create(text);
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "expected an https:// address (RFC 8555 section 6.1)");
        }
        return uri;
    }

    private static String contact(String text) {
        String address =
                text.toLowerCase(Locale.ROOT).startsWith("mailto:") ? text.substring(7) : text;
        if (!address.matches("[^@\\s,?]+@[^@\\s,?]+")) {
            throw new IllegalArgumentException("expected one e-mail address");
        }
        return "mailto:" + address;
    }

    private static String caaName(String text) {
        if (!text.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
            throw new IllegalArgumentException("expected a domain name such as letsencrypt.org");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static <T> List<T> orElse(List<T> list, List<T> standard) {
        return list.isEmpty() ? standard : list;
    }

    /// The members of one map, read strictly.
    private final class Members {
        private final Path file;
        private final String path;
        private final JsonNode tree;

        Members(Path file, String path, JsonNode tree, List<String> known) {
            this.file = file;
            this.path = path;
            this.tree = tree;
            if (!isMap()) {
                refuse("", "expected keys such as '" + known.getFirst() + ": …'");
            }
            for (Map.Entry<String, JsonNode> member : tree.properties()) {
                if (!known.contains(member.getKey())) {
                    given.refuse(
                            "%s: unknown key '%s.%s'; did you mean '%s.%s'?"
                                    .formatted(
                                            file,
                                            path,
                                            member.getKey(),
                                            path,
                                            Spelling.nearest(member.getKey(), known.stream())));
                }
            }
        }

        boolean isMap() {
            return tree.isObject();
        }

        boolean has(String member) {
            return tree.hasNonNull(member);
        }

        void refuse(String member, String problem) {
            given.refuse(
                    file + ": " + path + (member.isEmpty() ? "" : "." + member) + ": " + problem);
        }

        <T> Optional<T> text(String member, Function<String, T> parser) {
            JsonNode value = tree.path(member);
            if (value.isMissingNode() || value.isNull()) {
                return Optional.empty();
            }
            if (!value.isValueNode() || value.asText().isBlank()) {
                refuse(member, "expected a text");
                return Optional.empty();
            }
            return parsed(member, value.asText().strip(), parser);
        }

        /// A list, or one alone.
        <T> List<T> texts(String member, Function<String, T> parser) {
            JsonNode value = tree.path(member);
            if (!value.isArray()) {
                return text(member, parser).stream().toList();
            }
            List<T> all = new ArrayList<>();
            for (JsonNode item : value) {
                if (item.isTextual()) {
                    parsed(member, item.asText().strip(), parser).ifPresent(all::add);
                } else {
                    refuse(member, "expected a list of texts");
                }
            }
            return all;
        }

        boolean flag(String member) {
            JsonNode value = tree.path(member);
            if (value.isMissingNode() || value.isBoolean()) {
                return value.asBoolean();
            }
            refuse(member, "expected true or false");
            return false;
        }

        Optional<Members> child(String member, List<String> known) {
            return has(member)
                    ? Optional.of(new Members(file, path + "." + member, tree.path(member), known))
                    : Optional.empty();
        }

        /// The texts of a map within this one.
        Map<String, String> children(String member) {
            Map<String, String> texts = new LinkedHashMap<>();
            if (has(member) && !tree.path(member).isObject()) {
                refuse(member, "expected keys and values");
            }
            tree.path(member)
                    .properties()
                    .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
            return texts;
        }

        private <T> Optional<T> parsed(String member, String text, Function<String, T> parser) {
            try {
                return Optional.of(parser.apply(text));
            } catch (IllegalArgumentException e) {
                refuse(member, "it cannot be '" + text + "': " + e.getMessage());
                return Optional.empty();
            }
        }
    }
}
