package dev.nameplate.config;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainSuffix;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads [Settings]: the environment wins over the file, the file over the defaults. Every problem is reported at once, and an
/// unknown key is refused with the nearest known one, so that a misspelt setting never passes silently.
public final class SettingsReader {
    private final GivenSettings given;

    private SettingsReader(GivenSettings given) {
        this.given = given;
    }

    /// @param file the YAML file, if one was named
    /// @param environment such as `System.getenv()`
    /// @throws InvalidSettings if anything is wrong
    public static Settings read(Optional<Path> file, Map<String, String> environment) {
        GivenSettings given = new GivenSettings();
        file.ifPresent(given::readFile);
        given.readEnvironment(environment);
        Settings settings = new SettingsReader(given).settings();
        given.failOnProblems();
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

    private Settings settings() {
        String bind = given.required(Setting.BIND, text -> text, "127.0.0.1");
        DomainName standardSuffix = new DomainName("nameplate.internal");
        DomainName suffix = given.required(Setting.SUFFIX, DomainName::parse, standardSuffix);
        Settings.Issuers issuers = new IssuersReader(given).issuers();
        return new Settings(
                given.required(Setting.DATA_DIR, Path::of, Path.of("nameplate-data"))
                        .toAbsolutePath(),
                bind,
                suffix,
                given.optional(Setting.ACCOUNT_ID, AccountId::new),
                new Settings.Api(
                        given.port(Setting.API_PORT),
                        given.word(Setting.API_TLS, Settings.ApiTls.class, Settings.ApiTls.AUTO),
                        given.optional(Setting.API_CERTIFICATE, Path::of),
                        given.optional(Setting.API_KEY_FILE, Path::of),
                        Duration.ofSeconds(given.number(Setting.API_SKEW, 1, 86_400))),
                new Settings.Edge(
                        given.port(Setting.EDGE_HTTP_PORT),
                        given.port(Setting.EDGE_HTTPS_PORT),
                        given.flag(Setting.EDGE_HTTP3),
                        orElse(given.list(Setting.EDGE_ADDRESSES), List.of(publicAddress(bind))),
                        given.number(Setting.EDGE_CACHE_BYTES, 0, Long.MAX_VALUE),
                        given.flag(Setting.EDGE_HEURISTIC_FRESHNESS),
                        given.required(Setting.EDGE_LOCATION, SettingsReader::location, "NPL50-P1"),
                        given.number(Setting.EDGE_DISK_BYTES, 0, Long.MAX_VALUE),
                        given.optional(Setting.EDGE_DISK_DIR, SettingsReader::folder),
                        Duration.ofSeconds(given.number(Setting.EDGE_DRAIN, 0, 4)),
                        Duration.ofSeconds(given.number(Setting.EDGE_WARM_UP, 0, 600)),
                        new Settings.EdgeTls(
                                Duration.ofHours(given.number(Setting.EDGE_TICKET_HOURS, 0, 168)),
                                given.optional(Setting.EDGE_DEFAULT_NAME, DomainName::parse),
                                (int) given.number(Setting.EDGE_HANDSHAKES, 1, 1_000_000),
                                (int) given.number(Setting.EDGE_MISSES, 0, 1_000_000)),
                        (int) given.number(Setting.EDGE_CONNECTIONS, 1, 10_000_000),
                        (int) given.number(Setting.EDGE_CONNECTIONS_PER_ADDRESS, 0, 10_000_000),
                        given.optional(Setting.EDGE_COUNTRIES, SettingsReader::readable)),
                new Settings.Public(
                        given.port(Setting.PUBLIC_PORT),
                        given.optional(Setting.PUBLIC_URL, SettingsReader::httpUrl)
                                .orElse(URI.create("http://pki." + suffix))),
                new Settings.Dns(
                        given.port(Setting.DNS_PORT),
                        given.addresses(Setting.DNS_RESOLVERS),
                        given.port(Setting.DNS_AUTHORITATIVE_PORT),
                        given.addresses(Setting.DNS_ROOT_HINTS),
                        orElse(
                                given.list(Setting.DNS_NAME_SERVERS),
                                List.of(
                                        "ns1." + suffix,
                                        "ns2." + suffix,
                                        "ns3." + suffix,
                                        "ns4." + suffix)),
                        given.addresses(Setting.DNS_VANTAGE_POINTS),
                        quorum(),
                        given.list(Setting.DNS_TRUST_ANCHORS),
                        given.port(Setting.PROOF_HTTP_PORT)),
                new Settings.Store(
                        given.optional(Setting.STORE_URL, SettingsReader::postgresqlUrl),
                        given.optional(Setting.STORE_USER, text -> text),
                        given.optional(Setting.STORE_PASSWORD, text -> text)),
                masterKey(),
                new Settings.Keys((int) given.number(Setting.RSA_POOL, 0, 100_000)),
                credentials(),
                new Settings.Certificates(
                        given.required(
                                Setting.KEY_ALGORITHM,
                                SettingsReader::keyAlgorithm,
                                Settings.KeyAlgorithm.EC_P256),
                        Duration.ofDays(given.number(Setting.VALIDITY_DAYS, 1, 825)),
                        orElse(given.list(Setting.CAA_NAMES), List.of(suffix.ascii())),
                        given.optional(Setting.TRUSTED_ROOTS, SettingsReader::readable),
                        Duration.ofHours(given.number(Setting.PENDING_HOURS, 1, 720)),
                        (int) given.number(Setting.REISSUE_PER_SECOND, 1, 10_000)),
                issuers,
                onDemand(issuers),
                new Settings.Names(
                        given.flag(Setting.NAMES_PUBLIC_ONLY),
                        given.list(Setting.NAMES_BLOCKED).stream()
                                .flatMap(text ->
                                        given
                                                .parse(
                                                        Setting.NAMES_BLOCKED,
                                                        text,
                                                        DomainSuffix::parse)
                                                .stream())
                                .toList()),
                new Settings.Quotas(
                        quota(Setting.QUOTA_CERTIFICATES),
                        quota(Setting.QUOTA_YEARLY),
                        quota(Setting.QUOTA_IMPORTED),
                        quota(Setting.QUOTA_IMPORTED_YEARLY)),
                new Settings.Acm((int) given.number(Setting.ACM_MAX_NAMES, 1, 100)),
                new Settings.Lightsail(
                        (int) given.number(Setting.LIGHTSAIL_MAX_NAMES, 1, 100),
                        (int) given.number(Setting.LIGHTSAIL_MAX_DOMAINS, 0, 1_000_000)),
                new Settings.Origins(
                        given.flag(Setting.ORIGINS_LOOPBACK), given.flag(Setting.ORIGINS_PRIVATE)),
                acme(),
                new Settings.Saas(
                        (int) given.number(Setting.SAAS_MAX_ENTRIES, 1, 100_000),
                        (int) given.number(Setting.SAAS_MAX_UPLOADED_ENTRIES, 1, 1_000_000),
                        platforms()),
                new NotificationsReader(given).notifications(suffix),
                aws(),
                new Settings.Versions(
                        given.text(Setting.VERSIONS_KEEP)
                                .map(_ -> (int) given.number(Setting.VERSIONS_KEEP, 1, 1_000_000)),
                        given.text(Setting.VERSIONS_KEEP_DAYS)
                                .map(_ ->
                                        Duration.ofDays(
                                                given.number(
                                                        Setting.VERSIONS_KEEP_DAYS, 1, 36_500)))),
                metrics(),
                accessLog(),
                new Settings.Log(
                        given.word(
                                Setting.LOG_FORMAT,
                                Settings.LogFormat.class,
                                Settings.LogFormat.JSON),
                        given.required(Setting.LOG_LEVEL, SettingsReader::level, "info")));
    }

    private Optional<Settings.OnDemand> onDemand(Settings.Issuers issuers) {
        Optional<URI> ask = given.optional(Setting.ON_DEMAND_ASK, SettingsReader::httpUri);
        boolean known = given.flag(Setting.ON_DEMAND_KNOWN);
        Optional<String> distribution =
                given.optional(Setting.ON_DEMAND_DISTRIBUTION, SettingsReader::distribution);
        if (ask.isPresent() && !known && distribution.isEmpty()) {
            given.refuse(
                    "%s (%s) needs %s, which serves the names, or %s"
                            .formatted(
                                    Setting.ON_DEMAND_ASK.variable(),
                                    Setting.ON_DEMAND_ASK.path(),
                                    Setting.ON_DEMAND_DISTRIBUTION.variable(),
                                    Setting.ON_DEMAND_KNOWN.variable()));
        }
        if (ask.isEmpty() && distribution.isPresent()) {
            given.refuse(
                    "%s (%s) needs %s: names that nobody holds need somebody's permission"
                            .formatted(
                                    Setting.ON_DEMAND_DISTRIBUTION.variable(),
                                    Setting.ON_DEMAND_DISTRIBUTION.path(),
                                    Setting.ON_DEMAND_ASK.variable()));
        }
        Settings.OnDemand onDemand =
                new Settings.OnDemand(
                        ask,
                        known,
                        distribution,
                        orElse(
                                new IssuersReader(given).names(Setting.ON_DEMAND_ISSUERS, issuers),
                                issuers.standard()),
                        (int) given.number(Setting.ON_DEMAND_PER_MINUTE, 1, 100_000),
                        (int) given.number(Setting.ON_DEMAND_PER_ADDRESS, 1, 100_000),
                        // The edge gives a handshake ten seconds.
                        Duration.ofSeconds(given.number(Setting.ON_DEMAND_HOLD, 0, 9)),
                        given.optional(Setting.ON_DEMAND_FALLBACK, DomainName::parse));
        return ask.isPresent() || known ? Optional.of(onDemand) : Optional.empty();
    }

    private static String distribution(String text) {
        if (!text.matches("E[A-Z0-9]{13}")) {
            throw new IllegalArgumentException("expected E and thirteen letters or digits");
        }
        return text;
    }

    private List<Settings.SaasPlatform> platforms() {
        List<Settings.SaasPlatform> platforms =
                given.list(Setting.SAAS_PLATFORMS).stream()
                        .flatMap(text ->
                                given
                                        .parse(
                                                Setting.SAAS_PLATFORMS,
                                                text,
                                                SettingsReader::platform)
                                        .stream())
                        .distinct()
                        .toList();
        return orElse(platforms, List.of(Settings.SaasPlatform.LOCAL));
    }

    private static Settings.SaasPlatform platform(String text) {
        return switch (text) {
            case "local" -> Settings.SaasPlatform.LOCAL;
            case "aws" -> Settings.SaasPlatform.AWS;
            default -> throw new IllegalArgumentException("expected local, aws or both");
        };
    }

    private Settings.Acme acme() {
        return new Settings.Acme(
                given.optional(Setting.ACME_URL, SettingsReader::httpUri),
                given.flag(Setting.ACME_BINDING),
                given.optional(Setting.ACME_TERMS, SettingsReader::httpUri),
                given.optional(Setting.ACME_WEBSITE, SettingsReader::httpUri),
                given.port(Setting.ACME_HTTP_PORT),
                given.port(Setting.ACME_TLS_PORT),
                given.flag(Setting.ACME_LOOPBACK),
                given.flag(Setting.ACME_PRIVATE));
    }

    private Settings.Aws aws() {
        List<InetSocketAddress> edge = given.addresses(Setting.AWS_EDGE);
        if (edge.size() > 1) {
            given.refuse(
                    "%s (%s) is one address"
                            .formatted(Setting.AWS_EDGE.variable(), Setting.AWS_EDGE.path()));
        }
        return new Settings.Aws(
                given.required(Setting.AWS_REGION, text -> text, "us-east-1"),
                given.optional(Setting.AWS_ENDPOINT, SettingsReader::httpUri),
                edge.stream().findFirst(),
                (int) given.number(Setting.AWS_PACE_PERCENT, 1, 100_000));
    }

    private Settings.Metrics metrics() {
        long minutes = given.number(Setting.METRICS_MINUTE_DAYS, 1, 3_650);
        long all = given.number(Setting.METRICS_DAYS, 1, 36_500);
        if (all < minutes) {
            given.refuse(
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
                (int) given.number(Setting.METRICS_NAMED, 0, 100_000),
                Duration.ofDays(minutes),
                Duration.ofDays(all));
    }

    private Settings.AccessLog accessLog() {
        long mega = 1L << 20;
        return new Settings.AccessLog(
                given.word(
                        Setting.ACCESS_LOG,
                        Settings.AccessLogFormat.class,
                        Settings.AccessLogFormat.OFF),
                given.optional(Setting.ACCESS_LOG_FOLDER, SettingsReader::folder)
                        .orElseGet(() ->
                                given.required(
                                                Setting.DATA_DIR,
                                                Path::of,
                                                Path.of("nameplate-data"))
                                        .resolve("access-log"))
                        .toAbsolutePath(),
                given.flag(Setting.ACCESS_LOG_QUERY),
                given.flag(Setting.ACCESS_LOG_COOKIES),
                mega * given.number(Setting.ACCESS_LOG_FILE_MB, 1, 100_000),
                mega * given.number(Setting.ACCESS_LOG_TOTAL_MB, 1, 100_000_000),
                Duration.ofDays(given.number(Setting.ACCESS_LOG_KEEP_DAYS, 1, 3_650)));
    }

    private Settings.MasterKey masterKey() {
        Optional<String> key = given.optional(Setting.MASTER_KEY, text -> text);
        Optional<String> kmsKeyId = given.optional(Setting.KMS_KEY_ID, text -> text);
        if (key.isPresent() && kmsKeyId.isPresent()) {
            given.refuse(
                    "%s and %s exclude each other: a key from the environment is not wrapped"
                            .formatted(
                                    Setting.MASTER_KEY.variable(), Setting.KMS_KEY_ID.variable()));
        }
        List<String> previous = given.list(Setting.PREVIOUS_MASTER_KEYS);
        if (key.isEmpty() && !previous.isEmpty()) {
            given.refuse(
                    "%s needs %s: keys in the data folder keep their own predecessors"
                            .formatted(
                                    Setting.PREVIOUS_MASTER_KEYS.variable(),
                                    Setting.MASTER_KEY.variable()));
        }
        return new Settings.MasterKey(
                key,
                previous,
                kmsKeyId,
                given.optional(Setting.KMS_ENDPOINT, SettingsReader::httpUri));
    }

    static Path readable(String text) {
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

    static URI httpUri(String text) {
        URI uri = URI.create(text);
        if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
            throw new IllegalArgumentException("expected http://host:port or https://host:port");
        }
        return uri;
    }

    private Optional<Integer> quorum() {
        int most = given.list(Setting.DNS_VANTAGE_POINTS).size();
        if (most == 0) {
            given.text(Setting.DNS_QUORUM)
                    .ifPresent(value ->
                            given.refuse(
                                    "%s (%s) cannot be '%s': it needs %s (%s), of which none is set"
                                            .formatted(
                                                    Setting.DNS_QUORUM.variable(),
                                                    Setting.DNS_QUORUM.path(),
                                                    value,
                                                    Setting.DNS_VANTAGE_POINTS.variable(),
                                                    Setting.DNS_VANTAGE_POINTS.path())));
            return Optional.empty();
        }
        return given.text(Setting.DNS_QUORUM)
                .map(_ -> (int) given.number(Setting.DNS_QUORUM, 1, most));
    }

    private Settings.Credentials credentials() {
        Optional<String> id = given.optional(Setting.ACCESS_KEY_ID, text -> text);
        Optional<String> secret = given.optional(Setting.SECRET_ACCESS_KEY, text -> text);
        if (id.isPresent() != secret.isPresent()) {
            given.refuse(
                    "%s and %s must be set together"
                            .formatted(
                                    Setting.ACCESS_KEY_ID.variable(),
                                    Setting.SECRET_ACCESS_KEY.variable()));
        }
        return new Settings.Credentials(id, secret, given.optional(Setting.API_KEY, text -> text));
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

    static Settings.KeyAlgorithm keyAlgorithm(String text) {
        return Stream.of(Settings.KeyAlgorithm.values())
                .filter(algorithm -> algorithm.word().equals(text) || algorithm.name().equals(text))
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

    private long quota(Setting setting) {
        return given.number(setting, 0, 1_000_000_000);
    }

    private static <T> List<T> orElse(List<T> list, List<T> standard) {
        return list.isEmpty() ? standard : list;
    }
}
