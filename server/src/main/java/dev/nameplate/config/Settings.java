package dev.nameplate.config;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainSuffix;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything an operator can set. [SettingsReader] makes it from one YAML file and the environment; [Setting] lists each
/// key with its environment name, default and meaning.
///
/// @param bind address of every listener
/// @param suffix the zone that validation targets and distribution names live under; in production delegated to us
public record Settings(
        Path dataDir,
        String bind,
        DomainName suffix,
        Optional<AccountId> accountId,
        Api api,
        Edge edge,
        Public publicDoor,
        Dns dns,
        Store store,
        MasterKey masterKey,
        Keys keys,
        Credentials credentials,
        Certificates certificates,
        Issuers issuers,
        Optional<OnDemand> onDemand,
        Names names,
        Quotas quotas,
        Acm acm,
        Lightsail lightsail,
        Origins origins,
        Acme acme,
        Saas saas,
        Notifications notifications,
        Aws aws,
        Versions versions,
        Metrics metrics,
        AccessLog accessLog,
        Log log) {

    /// The HTTP doors.
    public record Api(
            int port, ApiTls tls, Optional<Path> certificate, Optional<Path> key, Duration skew) {}

    /// Whether the API port speaks TLS.
    public enum ApiTls {
        /// Plain on loopback, TLS beyond it.
        AUTO,
        ON,
        /// Plain everywhere: for an operator whose own proxy terminates TLS.
        OFF
    }

    /// @param publicAddresses what DNS answers for distribution names
    /// @param location the edge's place, as answers and the access log name it
    /// @param warmUp CPU time for rehearsing after the start
    /// @param countries a table of networks and countries; without one geo restrictions cannot be served
    public record Edge(
            int httpPort,
            int httpsPort,
            boolean http3,
            List<String> publicAddresses,
            long cacheBytes,
            boolean heuristicFreshness,
            String location,
            long diskBytes,
            Optional<Path> diskDir,
            Duration drain,
            Duration warmUp,
            EdgeTls tls,
            int connections,
            int connectionsPerAddress,
            Optional<Path> countries) {}

    /// @param ticketKeys how long a key seals session tickets; zero for no tickets
    /// @param defaultName of visitors who say no server name
    public record EdgeTls(
            Duration ticketKeys,
            Optional<DomainName> defaultName,
            int handshakes,
            int missesPerSecond) {}

    /// The plain HTTP port for whoever checks a certificate.
    ///
    /// @param url where others reach it, as certificates say
    public record Public(int port, URI url) {}

    /// @param resolvers asked for delegations; empty: the system's
    /// @param authoritativePort where authoritative servers of others are asked; 53 but in tests
    /// @param rootHints start of the walk instead of `resolvers`
    /// @param vantagePoints resolvers that must confirm what the walk saw
    /// @param quorum how many of them; empty: the usual number
    /// @param trustAnchors empty: the root's, unless there are `rootHints`
    /// @param proofHttpPort where web servers are asked for proofs over HTTP; 80 but in tests
    public record Dns(
            int port,
            List<InetSocketAddress> resolvers,
            int authoritativePort,
            List<InetSocketAddress> rootHints,
            List<String> nameServers,
            List<InetSocketAddress> vantagePoints,
            Optional<Integer> quorum,
            List<String> trustAnchors,
            int proofHttpPort) {}

    /// @param url `jdbc:postgresql://…`; empty: SQLite in the data folder
    public record Store(Optional<String> url, Optional<String> user, Optional<String> password) {
        @Override
        public String toString() {
            return "Store[url=" + url + "]";
        }
    }

    /// Where the key that opens the sealed secrets comes from; without any of these a file in the data folder.
    ///
    /// @param key base64 of 32 bytes
    /// @param previous keys that still open, newest first
    /// @param kmsKeyId the AWS KMS key that wraps the keys in the file
    /// @param kmsEndpoint asked instead of the Region's
    public record MasterKey(
            Optional<String> key,
            List<String> previous,
            Optional<String> kmsKeyId,
            Optional<URI> kmsEndpoint) {
        @Override
        public String toString() {
            return "MasterKey[kmsKeyId=" + kmsKeyId + "]";
        }
    }

    /// @param rsaPool how many RSA-2048 keys are kept ready
    public record Keys(int rsaPool) {}

    /// Credentials given from outside; what is not given is made at first start.
    public record Credentials(
            Optional<String> accessKeyId,
            Optional<String> secretAccessKey,
            Optional<String> apiKey) {
        @Override
        public String toString() {
            return "Credentials[accessKeyId=" + accessKeyId + "]";
        }
    }

    /// @param keyAlgorithm of Lightsail and SSL for SaaS certificates whose issuer has no key type of its own
    /// @param trustedRoots whose imported certificates may serve alternate names, beside public roots' and our own
    /// @param reissuePerSecond how many a reissue of everything begins
    public record Certificates(
            KeyAlgorithm keyAlgorithm,
            Duration validity,
            List<String> caaNames,
            Optional<Path> trustedRoots,
            Duration pendingLimit,
            int reissuePerSecond) {}

    /// Who signs. Lists are names of `acme` and `embedded`, first choice first.
    ///
    /// @param standard where a door has none of its own
    /// @param patience how long an issuer that does not answer is waited for before the next is asked
    /// @param spare of the second certificate that is kept ready; none where none is
    /// @param statusEvery how often is asked whether a certificate that has a spare still counts
    public record Issuers(
            List<AcmeIssuer> acme,
            List<String> standard,
            List<String> lightsail,
            List<String> acm,
            List<String> saas,
            Duration patience,
            List<String> spare,
            Duration statusEvery) {
        /// Our own CA among the names.
        public static final String EMBEDDED = "embedded";

        public Issuers {
            acme = List.copyOf(acme);
            standard = List.copyOf(standard);
            lightsail = List.copyOf(lightsail);
            acm = List.copyOf(acm);
            saas = List.copyOf(saas);
            spare = List.copyOf(spare);
        }
    }

    /// Certificates for names that a visitor brings; see `ondemand`.
    ///
    /// @param fallbackName whose certificate is shown meanwhile
    public record OnDemand(
            Optional<URI> ask,
            boolean known,
            Optional<String> distribution,
            List<String> issuers,
            int perMinute,
            int perAddress,
            Duration hold,
            Optional<DomainName> fallbackName) {
        public OnDemand {
            issuers = List.copyOf(issuers);
        }
    }

    /// A CA that speaks ACME (RFC 8555).
    ///
    /// @param contacts `mailto:` addresses
    /// @param preferredChain common name of an issuer in the alternate chain that is wanted
    /// @param keyType of certificates for which it is the first choice and whose requester named no key
    /// @param caaNames CAA issue values that permit it; empty for those its directory names
    /// @param trustFile PEM of who vouches for the directory's TLS, in place of the public roots
    /// @param limits what differs from the rates that the preset knows, by kind
    public record AcmeIssuer(
            String name,
            IssuerPreset preset,
            URI directory,
            List<String> contacts,
            boolean termsAgreed,
            Optional<Eab> eab,
            Optional<String> preferredChain,
            Optional<String> profile,
            Optional<KeyAlgorithm> keyType,
            List<String> caaNames,
            Optional<Path> trustFile,
            Map<String, String> limits) {
        public AcmeIssuer {
            limits = Map.copyOf(limits);
            contacts = List.copyOf(contacts);
            caaNames = List.copyOf(caaNames);
        }
    }

    /// Binds the account at the CA to a customer of it.
    ///
    /// @param hmacFile holds the key as the CA gave it, base64url
    public record Eab(String keyId, Path hmacFile) {}

    /// What is known of a public CA.
    public enum IssuerPreset {
        NONE("none", Optional.empty(), ""),
        LETSENCRYPT(
                "letsencrypt",
                Optional.of("https://acme-v02.api.letsencrypt.org/directory"),
                "letsencrypt.org"),
        LETSENCRYPT_STAGING(
                "letsencrypt-staging",
                Optional.of("https://acme-staging-v02.api.letsencrypt.org/directory"),
                "letsencrypt.org"),
        ZEROSSL(
                "zerossl",
                Optional.of("https://acme.zerossl.com/v2/DV90"),
                "sectigo.com zerossl.com"),
        GOOGLE("google", Optional.of("https://dv.acme-v02.api.pki.goog/directory"), "pki.goog");

        private final String word;
        private final Optional<String> directory;

        /// With spaces between them.
        private final String caaNames;

        IssuerPreset(String word, Optional<String> directory, String caaNames) {
            this.word = word;
            this.directory = directory;
            this.caaNames = caaNames;
        }

        public String word() {
            return word;
        }

        Optional<String> directory() {
            return directory;
        }

        List<String> caaNames() {
            return caaNames.isEmpty() ? List.of() : List.of(caaNames.split(" "));
        }
    }

    /// Which names are certified.
    ///
    /// @param publicOnly only names below a top-level domain of the public DNS
    /// @param blocked never these, nor what is below them
    public record Names(boolean publicOnly, List<DomainSuffix> blocked) {}

    /// @param maxNames in one request; imports are exempt
    public record Acm(int maxNames) {}

    /// @param maxNames of one certificate
    /// @param maxDomains of the account
    public record Lightsail(int maxNames, int maxDomains) {}

    /// What ACM lets a certificate be requested with; the words are ACM's. Our own names, which `/v1` shows, are taken too.
    public enum KeyAlgorithm {
        EC_P256("EC_prime256v1"),
        EC_P384("EC_secp384r1"),
        RSA_2048("RSA_2048");

        private final String word;

        KeyAlgorithm(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /// How many certificates an account may have in a Region, and ask for or import there within 365 days.
    ///
    /// @param certificates there at once, of those requested through one door
    public record Quotas(long certificates, long yearly, long imported, long importedYearly) {}

    /// Which address ranges an origin may have. Link-local and metadata addresses are refused always.
    public record Origins(boolean allowLoopback, boolean allowPrivate) {}

    /// The ACME server for customers' own servers. Link-local and metadata addresses are refused always.
    ///
    /// @param url without a path
    /// @param binding whether an account needs a credential
    public record Acme(
            Optional<URI> url,
            boolean binding,
            Optional<URI> termsOfService,
            Optional<URI> website,
            int httpPort,
            int tlsPort,
            boolean allowLoopback,
            boolean allowPrivate) {}

    /// @param maxEntries in a job that is sent as one document
    /// @param maxUploadedEntries in one that is sent line by line
    /// @param platforms the ones that jobs may name; the first is for those that name none
    public record Saas(int maxEntries, int maxUploadedEntries, List<SaasPlatform> platforms) {
        public Saas {
            platforms = List.copyOf(platforms);
        }
    }

    /// Where jobs make certificates and distributions.
    public enum SaasPlatform {
        LOCAL,
        AWS
    }

    /// How real ACM and CloudFront are reached, with the credentials that the SDK's own chain finds.
    ///
    /// @param edge looked at in place of distributions' own names
    public record Aws(
            String region,
            Optional<URI> endpoint,
            Optional<InetSocketAddress> edge,
            int pacePercent) {}

    /// Where webhooks may lead, and how long events are kept. Link-local and metadata addresses are refused always.
    ///
    /// @param pauses after each failed attempt but the last
    public record Notifications(
            boolean allowLoopback,
            boolean allowPrivate,
            boolean allowHttp,
            Duration kept,
            List<Duration> pauses,
            Optional<Smtp> smtp,
            boolean sns,
            Optional<URI> snsEndpoint) {
        public Notifications {
            pauses = List.copyOf(pauses);
        }
    }

    /// The server that takes e-mail from us.
    ///
    /// @param to addresses that are told without a subscription of their own
    /// @param events what they are told of; empty for all
    public record Smtp(
            String host,
            int port,
            SmtpTls tls,
            Optional<String> user,
            Optional<Path> passwordFile,
            String from,
            List<String> to,
            List<String> events,
            Duration gathering) {
        public Smtp {
            to = List.copyOf(to);
            events = List.copyOf(events);
        }
    }

    public enum SmtpTls {
        STARTTLS,
        TLS,
        OFF
    }

    /// Which accepted configurations are kept; all if neither is set, those that either keeps if one is.
    ///
    /// @param newest of each distribution
    public record Versions(Optional<Integer> newest, Optional<Duration> age) {}

    /// What is kept of distributions' traffic.
    ///
    /// @param named how many distributions `/metrics` shows by name
    public record Metrics(int named, Duration minutes, Duration hours) {}

    /// @param folder of the files
    /// @param query whether query strings are written
    /// @param cookies whether cookies are written
    public record AccessLog(
            AccessLogFormat format,
            Path folder,
            boolean query,
            boolean cookies,
            long maxFileBytes,
            long maxTotalBytes,
            Duration kept) {}

    public enum AccessLogFormat {
        OFF,
        JSON,
        CLOUDFRONT
    }

    public record Log(LogFormat format, String level) {}

    public enum LogFormat {
        JSON,
        TEXT
    }
}
