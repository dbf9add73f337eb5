package dev.nameplate.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainSuffix;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Reads [Settings]: the environment wins over the file, the file over the defaults. Every problem is reported at once, and an
/// unknown key is refused with the nearest known one, so that a misspelt setting never passes silently.
public final class SettingsReader {
    /// Variables that the launcher reads, not the server.
    private static final List<String> LAUNCHER_VARIABLES =
            List.of("NAMEPLATE_JAVA_HOME", "NAMEPLATE_JAVA_OPTS", "NAMEPLATE_START_CACHE");

    private final Map<Setting, String> given = new EnumMap<>(Setting.class);
    private final List<String> problems = new ArrayList<>();

    private SettingsReader() {}

    /// @param file the YAML file, if one was named
    /// @param environment such as `System.getenv()`
    /// @throws InvalidSettings if anything is wrong
    public static Settings read(Optional<Path> file, Map<String, String> environment) {
        SettingsReader reader = new SettingsReader();
        file.ifPresent(reader::readFile);
        reader.readEnvironment(environment);
        Settings settings = reader.settings();
        if (!reader.problems.isEmpty()) {
            throw new InvalidSettings(reader.problems);
        }
        return settings;
    }

    /// All keys with variable, default and meaning, for `--help`.
    public static List<String> describe() {
        return Stream.of(Setting.values())
                .map(setting ->
                        "%-32s %-28s %s%s"
                                .formatted(
                                        setting.variable(),
                                        setting.path(),
                                        setting.meaning(),
                                        setting.standard()
                                                .map(value -> " [" + value + "]")
                                                .orElse("")))
                .toList();
    }

    private void readFile(Path file) {
        try {
            JsonNode tree =
                    JsonMapper.builder(new YAMLFactory())
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build()
                            .readTree(Files.readString(file));
            if (tree.isMissingNode() || tree.isNull()) {
                return;
            }
            if (!tree.isObject()) {
                problems.add(file + ": expected keys such as 'bind: 127.0.0.1' at the top level");
                return;
            }
            flatten(file, "", tree);
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
    }

    private void flatten(Path file, String prefix, JsonNode tree) {
        tree.properties()
                .forEach(property -> {
                    String path = prefix + property.getKey();
                    JsonNode value = property.getValue();
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

    private void readEnvironment(Map<String, String> environment) {
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
        return Stream.of(Setting.values())
                .map(naming)
                .min(Comparator.comparingInt(known -> distance(known, name)))
                .orElseThrow();
    }

    /// Levenshtein distance, ignoring case.
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + cost);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    private Settings settings() {
        String bind = required(Setting.BIND, text -> text, "127.0.0.1");
        DomainName standardSuffix = new DomainName("nameplate.internal");
        DomainName suffix = required(Setting.SUFFIX, DomainName::parse, standardSuffix);
        return new Settings(
                required(Setting.DATA_DIR, Path::of, Path.of("nameplate-data")).toAbsolutePath(),
                bind,
                suffix,
                optional(Setting.ACCOUNT_ID, AccountId::new),
                new Settings.Api(
                        port(Setting.API_PORT),
                        word(Setting.API_TLS, Settings.ApiTls.class, Settings.ApiTls.AUTO),
                        optional(Setting.API_CERTIFICATE, Path::of),
                        optional(Setting.API_KEY_FILE, Path::of),
                        Duration.ofSeconds(number(Setting.API_SKEW, 1, 86_400))),
                new Settings.Edge(
                        port(Setting.EDGE_HTTP_PORT),
                        port(Setting.EDGE_HTTPS_PORT),
                        flag(Setting.EDGE_HTTP3),
                        orElse(list(Setting.EDGE_ADDRESSES), List.of(publicAddress(bind))),
                        number(Setting.EDGE_CACHE_BYTES, 0, Long.MAX_VALUE),
                        flag(Setting.EDGE_HEURISTIC_FRESHNESS),
                        required(Setting.EDGE_LOCATION, SettingsReader::location, "NPL50-P1"),
                        number(Setting.EDGE_DISK_BYTES, 0, Long.MAX_VALUE),
                        optional(Setting.EDGE_DISK_DIR, SettingsReader::folder),
                        Duration.ofSeconds(number(Setting.EDGE_DRAIN, 0, 4)),
                        Duration.ofSeconds(number(Setting.EDGE_WARM_UP, 0, 600)),
                        new Settings.EdgeTls(
                                Duration.ofHours(number(Setting.EDGE_TICKET_HOURS, 0, 168)),
                                optional(Setting.EDGE_DEFAULT_NAME, DomainName::parse),
                                (int) number(Setting.EDGE_HANDSHAKES, 1, 1_000_000),
                                (int) number(Setting.EDGE_MISSES, 0, 1_000_000)),
                        (int) number(Setting.EDGE_CONNECTIONS, 1, 10_000_000),
                        (int) number(Setting.EDGE_CONNECTIONS_PER_ADDRESS, 0, 10_000_000),
                        optional(Setting.EDGE_COUNTRIES, SettingsReader::readable)),
                new Settings.Public(
                        port(Setting.PUBLIC_PORT),
                        optional(Setting.PUBLIC_URL, SettingsReader::httpUrl)
                                .orElse(URI.create("http://pki." + suffix))),
                new Settings.Dns(
                        port(Setting.DNS_PORT),
                        addresses(Setting.DNS_RESOLVERS),
                        port(Setting.DNS_AUTHORITATIVE_PORT),
                        addresses(Setting.DNS_ROOT_HINTS),
                        orElse(
                                list(Setting.DNS_NAME_SERVERS),
                                List.of(
                                        "ns1." + suffix,
                                        "ns2." + suffix,
                                        "ns3." + suffix,
                                        "ns4." + suffix)),
                        addresses(Setting.DNS_VANTAGE_POINTS),
                        quorum(),
                        list(Setting.DNS_TRUST_ANCHORS),
                        port(Setting.PROOF_HTTP_PORT)),
                new Settings.Store(
                        optional(Setting.STORE_URL, SettingsReader::postgresqlUrl),
                        optional(Setting.STORE_USER, text -> text),
                        optional(Setting.STORE_PASSWORD, text -> text)),
                masterKey(),
                new Settings.Keys((int) number(Setting.RSA_POOL, 0, 100_000)),
                credentials(),
                new Settings.Certificates(
                        required(
                                Setting.KEY_ALGORITHM,
                                SettingsReader::keyAlgorithm,
                                Settings.KeyAlgorithm.EC_P256),
                        Duration.ofDays(number(Setting.VALIDITY_DAYS, 1, 825)),
                        orElse(list(Setting.CAA_NAMES), List.of(suffix.ascii())),
                        optional(Setting.TRUSTED_ROOTS, SettingsReader::readable),
                        Duration.ofHours(number(Setting.PENDING_HOURS, 1, 720)),
                        (int) number(Setting.REISSUE_PER_SECOND, 1, 10_000)),
                new Settings.Names(
                        flag(Setting.NAMES_PUBLIC_ONLY),
                        list(Setting.NAMES_BLOCKED).stream()
                                .flatMap(text ->
                                        parse(Setting.NAMES_BLOCKED, text, DomainSuffix::parse)
                                                .stream())
                                .toList()),
                new Settings.Quotas(
                        quota(Setting.QUOTA_CERTIFICATES),
                        quota(Setting.QUOTA_YEARLY),
                        quota(Setting.QUOTA_IMPORTED),
                        quota(Setting.QUOTA_IMPORTED_YEARLY)),
                new Settings.Acm((int) number(Setting.ACM_MAX_NAMES, 1, 100)),
                new Settings.Lightsail(
                        (int) number(Setting.LIGHTSAIL_MAX_NAMES, 1, 100),
                        (int) number(Setting.LIGHTSAIL_MAX_DOMAINS, 0, 1_000_000)),
                new Settings.Origins(flag(Setting.ORIGINS_LOOPBACK), flag(Setting.ORIGINS_PRIVATE)),
                new Settings.Saas((int) number(Setting.SAAS_MAX_ENTRIES, 1, 100_000)),
                new Settings.Versions(
                        text(Setting.VERSIONS_KEEP)
                                .map(_ -> (int) number(Setting.VERSIONS_KEEP, 1, 1_000_000)),
                        text(Setting.VERSIONS_KEEP_DAYS)
                                .map(_ ->
                                        Duration.ofDays(
                                                number(Setting.VERSIONS_KEEP_DAYS, 1, 36_500)))),
                metrics(),
                accessLog(),
                new Settings.Log(
                        word(Setting.LOG_FORMAT, Settings.LogFormat.class, Settings.LogFormat.JSON),
                        required(Setting.LOG_LEVEL, SettingsReader::level, "info")));
    }

    private Settings.Metrics metrics() {
        long minutes = number(Setting.METRICS_MINUTE_DAYS, 1, 3_650);
        long all = number(Setting.METRICS_DAYS, 1, 36_500);
        if (all < minutes) {
            problems.add(
                    "%s (%s) cannot be '%d': it is less than the %d of %s (%s)"
                            .formatted(
                                    Setting.METRICS_DAYS.variable(),
                                    Setting.METRICS_DAYS.path(),
                                    all,
                                    minutes,
                                    Setting.METRICS_MINUTE_DAYS.variable(),
                                    Setting.METRICS_MINUTE_DAYS.path()));
        }
        return new Settings.Metrics(
                (int) number(Setting.METRICS_NAMED, 0, 100_000),
                Duration.ofDays(minutes),
                Duration.ofDays(all));
    }

    private Settings.AccessLog accessLog() {
        long mega = 1L << 20;
        return new Settings.AccessLog(
                word(
                        Setting.ACCESS_LOG,
                        Settings.AccessLogFormat.class,
                        Settings.AccessLogFormat.OFF),
                optional(Setting.ACCESS_LOG_FOLDER, SettingsReader::folder)
                        .orElseGet(() ->
                                required(Setting.DATA_DIR, Path::of, Path.of("nameplate-data"))
                                        .resolve("access-log"))
                        .toAbsolutePath(),
                flag(Setting.ACCESS_LOG_QUERY),
                flag(Setting.ACCESS_LOG_COOKIES),
                mega * number(Setting.ACCESS_LOG_FILE_MB, 1, 100_000),
                mega * number(Setting.ACCESS_LOG_TOTAL_MB, 1, 100_000_000),
                Duration.ofDays(number(Setting.ACCESS_LOG_KEEP_DAYS, 1, 3_650)));
    }

    private Settings.MasterKey masterKey() {
        Optional<String> key = optional(Setting.MASTER_KEY, text -> text);
        Optional<String> kmsKeyId = optional(Setting.KMS_KEY_ID, text -> text);
        if (key.isPresent() && kmsKeyId.isPresent()) {
            problems.add(
                    "%s and %s exclude each other: a key from the environment is not wrapped"
                            .formatted(
                                    Setting.MASTER_KEY.variable(), Setting.KMS_KEY_ID.variable()));
        }
        List<String> previous = list(Setting.PREVIOUS_MASTER_KEYS);
        if (key.isEmpty() && !previous.isEmpty()) {
            problems.add(
                    "%s needs %s: keys in the data folder keep their own predecessors"
                            .formatted(
                                    Setting.PREVIOUS_MASTER_KEYS.variable(),
                                    Setting.MASTER_KEY.variable()));
        }
        return new Settings.MasterKey(
                key, previous, kmsKeyId, optional(Setting.KMS_ENDPOINT, SettingsReader::httpUri));
    }

    private static Path readable(String text) {
        Path path = Path.of(text);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("there is no such file or folder");
        }
        if (!Files.isReadable(path)) {
            throw new IllegalArgumentException("this user may not read it");
        }
        return path;
    }

    /// One that is there or can be made; asked before a data folder is begun.
    private static Path folder(String text) {
        Path folder = Path.of(text);
        Path there = folder.toAbsolutePath().normalize();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new IllegalArgumentException(there + " is not a folder");
        }
        if (!Files.isWritable(there)) {
            throw new IllegalArgumentException("this user may not write to " + there);
        }
        return folder;
    }

    private static URI httpUri(String text) {
        URI uri = URI.create(text);
        if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
            throw new IllegalArgumentException("expected http://host:port or https://host:port");
        }
        return uri;
    }

    private Optional<Integer> quorum() {
        int most = list(Setting.DNS_VANTAGE_POINTS).size();
        if (most == 0) {
            text(Setting.DNS_QUORUM)
                    .ifPresent(value ->
                            problems.add(
                                    "%s (%s) cannot be '%s': it needs %s (%s), of which none is set"
                                            .formatted(
                                                    Setting.DNS_QUORUM.variable(),
                                                    Setting.DNS_QUORUM.path(),
                                                    value,
                                                    Setting.DNS_VANTAGE_POINTS.variable(),
                                                    Setting.DNS_VANTAGE_POINTS.path())));
            return Optional.empty();
        }
        return text(Setting.DNS_QUORUM).map(_ -> (int) number(Setting.DNS_QUORUM, 1, most));
    }

    private Settings.Credentials credentials() {
        Optional<String> id = optional(Setting.ACCESS_KEY_ID, text -> text);
        Optional<String> secret = optional(Setting.SECRET_ACCESS_KEY, text -> text);
        if (id.isPresent() != secret.isPresent()) {
            problems.add(
                    "%s and %s must be set together"
                            .formatted(
                                    Setting.ACCESS_KEY_ID.variable(),
                                    Setting.SECRET_ACCESS_KEY.variable()));
        }
        return new Settings.Credentials(id, secret, optional(Setting.API_KEY, text -> text));
    }

    private static String publicAddress(String bind) {
        return switch (bind) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "::1";
            default -> bind;
        };
    }

    private static URI httpUrl(String text) {
        URI url = URI.create(text);
        if (!"http".equals(url.getScheme())
                || url.getHost() == null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "expected http://host or http://host/path: who checks a certificate does so over plain HTTP");
        }
        return url;
    }

    private static String postgresqlUrl(String text) {
        if (!text.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("expected jdbc:postgresql://host:port/database");
        }
        return text;
    }

    private static Settings.KeyAlgorithm keyAlgorithm(String text) {
        return Stream.of(Settings.KeyAlgorithm.values())
                .filter(algorithm -> algorithm.word().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "expected EC_prime256v1, EC_secp384r1 or RSA_2048"));
    }

    private static String location(String text) {
        if (!text.matches("[A-Za-z0-9-]{1,32}")) {
            throw new IllegalArgumentException(
                    "expected letters, digits and hyphens, such as FRA50-P1");
        }
        return text;
    }

    private static String level(String text) {
        if (!List.of("error", "warn", "info", "debug").contains(text)) {
            throw new IllegalArgumentException("expected error, warn, info or debug");
        }
        return text;
    }

    private <T> T required(Setting setting, Function<String, T> parser, T onProblem) {
        return parse(setting, text(setting).orElse(""), parser).orElse(onProblem);
    }

    private <T> Optional<T> optional(Setting setting, Function<String, T> parser) {
        return text(setting).flatMap(text -> parse(setting, text, parser));
    }

    private <T> Optional<T> parse(Setting setting, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problems.add(
                    "%s (%s) cannot be '%s': %s"
                            .formatted(setting.variable(), setting.path(), text, e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<String> text(Setting setting) {
        String text = given.getOrDefault(setting, "").strip();
        return text.isEmpty() ? setting.standard() : Optional.of(text);
    }

    private long quota(Setting setting) {
        return number(setting, 0, 1_000_000_000);
    }

    private int port(Setting setting) {
        return (int) number(setting, 0, 65_535);
    }

    private long number(Setting setting, long least, long most) {
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

    private boolean flag(Setting setting) {
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

    private <E extends Enum<E>> E word(Setting setting, Class<E> words, E onProblem) {
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

    private List<String> list(Setting setting) {
        return text(setting).stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static List<String> orElse(List<String> list, List<String> standard) {
        return list.isEmpty() ? standard : list;
    }

    private List<InetSocketAddress> addresses(Setting setting) {
        return list(setting).stream()
                .flatMap(text -> parse(setting, text, SettingsReader::address).stream())
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
}
