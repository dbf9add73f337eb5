package dev.nameplate.config;

import java.util.Optional;

/// Each key an operator may set: its place in the YAML file, its environment variable, its default and its meaning.
enum Setting {
    DATA_DIR(
            "dataDir",
            "NAMEPLATE_DATA_DIR",
            "nameplate-data",
            "folder of the store, the CA, the keys"),
    BIND("bind", "NAMEPLATE_BIND", "127.0.0.1", "address of every listener"),
    SUFFIX(
            "suffix",
            "NAMEPLATE_SUFFIX",
            "nameplate.internal",
            "zone of validation targets and distribution names"),
    ACCOUNT_ID(
            "accountId",
            "NAMEPLATE_ACCOUNT_ID",
            "",
            "twelve digits; made at first start when not given"),
    API_PORT("api.port", "NAMEPLATE_API_PORT", "8080", "all HTTP doors; 0 takes a free port"),
    API_TLS("api.tls", "NAMEPLATE_API_TLS", "auto", "auto (TLS beyond loopback), on, off"),
    API_CERTIFICATE(
            "api.certificate",
            "NAMEPLATE_API_CERTIFICATE",
            "",
            "PEM chain for the API port; default our CA's"),
    API_KEY_FILE("api.key", "NAMEPLATE_API_KEY_FILE", "", "PEM private key for api.certificate"),
    API_SKEW(
            "api.skewSeconds",
            "NAMEPLATE_API_SKEW_SECONDS",
            "300",
            "how far a signature's date may be off"),
    EDGE_HTTP_PORT("edge.httpPort", "NAMEPLATE_EDGE_HTTP_PORT", "8081", "plain HTTP of the edge"),
    EDGE_HTTPS_PORT("edge.httpsPort", "NAMEPLATE_EDGE_HTTPS_PORT", "8443", "HTTPS of the edge"),
    EDGE_HTTP3(
            "edge.http3",
            "NAMEPLATE_EDGE_HTTP3",
            "false",
            "whether the edge serves HTTP/3, on the UDP port of HTTPS's number"),
    EDGE_ADDRESSES(
            "edge.publicAddresses",
            "NAMEPLATE_EDGE_PUBLIC_ADDRESSES",
            "",
            "what DNS answers for distributions; default the bind address"),
    EDGE_CACHE_BYTES(
            "edge.cacheBytes",
            "NAMEPLATE_EDGE_CACHE_BYTES",
            "134217728",
            "memory for cached objects"),
    EDGE_HEURISTIC_FRESHNESS(
            "edge.heuristicFreshness",
            "NAMEPLATE_EDGE_HEURISTIC_FRESHNESS",
            "false",
            "whether answers without a lifetime are kept for a tenth of their age where the default TTL is 0"),
    EDGE_LOCATION(
            "edge.location",
            "NAMEPLATE_EDGE_LOCATION",
            "NPL50-P1",
            "what X-Amz-Cf-Pop and the access log call this edge's place"),
    EDGE_DISK_BYTES(
            "edge.diskBytes",
            "NAMEPLATE_EDGE_DISK_BYTES",
            "1073741824",
            "disk for cached objects, which outlive a restart there; 0: none"),
    EDGE_DISK_DIR(
            "edge.diskDir",
            "NAMEPLATE_EDGE_DISK_DIR",
            "",
            "folder for cached objects, this server's alone; default edge-cache in the data folder"),
    EDGE_DRAIN(
            "edge.drainSeconds",
            "NAMEPLATE_EDGE_DRAIN_SECONDS",
            "3",
            "how long open requests may finish at stop"),
    EDGE_WARM_UP(
            "edge.warmUpSeconds",
            "NAMEPLATE_EDGE_WARM_UP_SECONDS",
            "20",
            "CPU time for rehearsing after a start, so that first visitors find a fast edge; 0: none"),
    EDGE_TICKET_HOURS(
            "edge.ticketHours",
            "NAMEPLATE_EDGE_TICKET_HOURS",
            "12",
            "how long a key seals TLS session tickets; 0 for no tickets"),
    EDGE_DEFAULT_NAME(
            "edge.defaultName",
            "NAMEPLATE_EDGE_DEFAULT_NAME",
            "",
            "server name of visitors who say none; default they are refused"),
    EDGE_CONNECTIONS(
            "edge.connections",
            "NAMEPLATE_EDGE_CONNECTIONS",
            "50000",
            "visitors' connections open at once"),
    EDGE_CONNECTIONS_PER_ADDRESS(
            "edge.connectionsPerAddress",
            "NAMEPLATE_EDGE_CONNECTIONS_PER_ADDRESS",
            "1000",
            "of these from one IPv4 address or IPv6 /64, loopback exempt; 0 for any number"),
    EDGE_HANDSHAKES(
            "edge.handshakes",
            "NAMEPLATE_EDGE_HANDSHAKES",
            "4096",
            "TLS handshakes under way for each processor; beyond, the oldest are closed"),
    EDGE_MISSES(
            "edge.missesPerSecond",
            "NAMEPLATE_EDGE_MISSES_PER_SECOND",
            "100",
            "server names not in memory that one address may ask for, loopback exempt; 0 for any number"),
    EDGE_COUNTRIES(
            "edge.countries",
            "NAMEPLATE_EDGE_COUNTRIES",
            "",
            "CSV file or folder of networks and countries; without one nobody can be restricted by country"),
    PUBLIC_PORT(
            "public.port",
            "NAMEPLATE_PUBLIC_PORT",
            "8082",
            "plain HTTP of CA certificates, CRLs and OCSP; 0 takes a free port"),
    PUBLIC_URL(
            "public.url",
            "NAMEPLATE_PUBLIC_URL",
            "",
            "where certificates say they can be checked; default http://pki. and the suffix"),
    DNS_PORT("dns.port", "NAMEPLATE_DNS_PORT", "8053", "authoritative DNS, UDP and TCP"),
    DNS_RESOLVERS(
            "dns.resolvers",
            "NAMEPLATE_RESOLVERS",
            "",
            "host:port list asked for delegations; default the system's"),
    DNS_AUTHORITATIVE_PORT(
            "dns.authoritativePort",
            "NAMEPLATE_DNS_AUTHORITATIVE_PORT",
            "53",
            "port of other zones' servers"),
    DNS_ROOT_HINTS(
            "dns.rootHints",
            "NAMEPLATE_DNS_ROOT_HINTS",
            "",
            "host:port list to walk from the root instead of resolvers"),
    DNS_NAME_SERVERS(
            "dns.nameServers",
            "NAMEPLATE_DNS_NAME_SERVERS",
            "",
            "names in NS records of hosted zones; default ns1…ns4 under the suffix"),
    DNS_VANTAGE_POINTS(
            "dns.vantagePoints",
            "NAMEPLATE_DNS_VANTAGE_POINTS",
            "",
            "host:port list of resolvers in other networks that must see each proof and CAA too"),
    DNS_QUORUM(
            "dns.quorum",
            "NAMEPLATE_DNS_QUORUM",
            "",
            "how many vantage points must agree; default all but one, of six or more all but two"),
    DNS_TRUST_ANCHORS(
            "dns.trustAnchors",
            "NAMEPLATE_DNS_TRUST_ANCHORS",
            "",
            "list of DS records like '. DS 20326 8 2 E06D…' to check DNSSEC against; default the root's, none with dns.rootHints"),
    PROOF_HTTP_PORT(
            "proof.httpPort",
            "NAMEPLATE_PROOF_HTTP_PORT",
            "80",
            "port where names' web servers are asked for proofs over HTTP"),
    STORE_URL(
            "store.url",
            "NAMEPLATE_STORE_URL",
            "",
            "jdbc:postgresql://…; default SQLite in the data folder"),
    STORE_USER("store.user", "NAMEPLATE_STORE_USER", "", "PostgreSQL user"),
    STORE_PASSWORD("store.password", "NAMEPLATE_STORE_PASSWORD", "", "PostgreSQL password"),
    MASTER_KEY(
            "vault.masterKey",
            "NAMEPLATE_MASTER_KEY",
            "",
            "base64 of 32 bytes; default a key in the data folder"),
    PREVIOUS_MASTER_KEYS(
            "vault.previousMasterKeys",
            "NAMEPLATE_PREVIOUS_MASTER_KEYS",
            "",
            "keys that still open until 'vault rotate' is done"),
    KMS_KEY_ID(
            "vault.kmsKeyId",
            "NAMEPLATE_KMS_KEY_ID",
            "",
            "AWS KMS key that wraps the keys in the data folder"),
    KMS_ENDPOINT(
            "vault.kmsEndpoint",
            "NAMEPLATE_KMS_ENDPOINT",
            "",
            "KMS at another address than the Region's"),
    RSA_POOL(
            "keys.rsaPool",
            "NAMEPLATE_RSA_POOL",
            "64",
            "RSA-2048 keys made in advance, in memory; 0 for none"),
    ACCESS_KEY_ID(
            "credentials.accessKeyId",
            "NAMEPLATE_ACCESS_KEY_ID",
            "",
            "access key; made at first start when not given"),
    SECRET_ACCESS_KEY(
            "credentials.secretAccessKey", "NAMEPLATE_SECRET_ACCESS_KEY", "", "its secret"),
    API_KEY(
            "credentials.apiKey",
            "NAMEPLATE_API_KEY",
            "",
            "x-api-key of SSL for SaaS; made at first start when not given"),
    KEY_ALGORITHM(
            "certificates.keyAlgorithm",
            "NAMEPLATE_KEY_ALGORITHM",
            "EC_prime256v1",
            "for Lightsail and SSL for SaaS"),
    VALIDITY_DAYS(
            "certificates.validityDays",
            "NAMEPLATE_VALIDITY_DAYS",
            "198",
            "life of the embedded CA's certificates"),
    CAA_NAMES(
            "certificates.caaNames",
            "NAMEPLATE_CAA_NAMES",
            "",
            "CAA issue values that permit us; default the suffix"),
    TRUSTED_ROOTS(
            "certificates.trustedRoots",
            "NAMEPLATE_TRUSTED_ROOTS",
            "",
            "PEM file or folder of roots whose imported certificates CloudFront accepts for alternate names, beside public ones and our own"),
    ISSUERS_FILE(
            "issuersFile",
            "NAMEPLATE_ISSUERS_FILE",
            "",
            "YAML file of ACME issuers by name, in place of the section issuers"),
    ISSUER_DEFAULT(
            "issuer.default",
            "NAMEPLATE_ISSUER_DEFAULT",
            "embedded",
            "issuers of certificates, first choice first; embedded is our own CA"),
    ISSUER_LIGHTSAIL(
            "issuer.lightsail",
            "NAMEPLATE_ISSUER_LIGHTSAIL",
            "",
            "the same for Lightsail; default issuer.default"),
    ISSUER_ACM(
            "issuer.acm", "NAMEPLATE_ISSUER_ACM", "", "the same for ACM; default issuer.default"),
    ISSUER_SAAS(
            "issuer.saas",
            "NAMEPLATE_ISSUER_SAAS",
            "",
            "the same for SSL for SaaS jobs and domains; default issuer.acm"),
    ISSUER_FALL_BACK(
            "issuer.fallBackMinutes",
            "NAMEPLATE_ISSUER_FALL_BACK_MINUTES",
            "60",
            "how long an issuer that does not answer is waited for before the next is asked"),
    ISSUER_SPARE(
            "issuer.spare",
            "NAMEPLATE_ISSUER_SPARE",
            "",
            "issuers of a second certificate, kept ready for each that is in use, first choice first; none by default"),
    ISSUER_STATUS_SECONDS(
            "issuer.statusSeconds",
            "NAMEPLATE_ISSUER_STATUS_SECONDS",
            "600",
            "how often the CA is asked whether a certificate that has a spare still counts"),
    PENDING_HOURS(
            "certificates.pendingHours",
            "NAMEPLATE_PENDING_HOURS",
            "72",
            "how long a proof is waited for"),
    REISSUE_PER_SECOND(
            "certificates.reissuePerSecond",
            "NAMEPLATE_REISSUE_PER_SECOND",
            "200",
            "certificates begun in a second when everything is reissued"),
    ON_DEMAND_ASK(
            "onDemand.ask",
            "NAMEPLATE_ON_DEMAND_ASK",
            "",
            "URL asked with ?domain= whether a name that a visitor brings may have a certificate; 2xx is a yes"),
    ON_DEMAND_KNOWN(
            "onDemand.known",
            "NAMEPLATE_ON_DEMAND_KNOWN",
            "false",
            "whether names that a distribution or tenant holds get a certificate at the first handshake"),
    ON_DEMAND_DISTRIBUTION(
            "onDemand.distribution",
            "NAMEPLATE_ON_DEMAND_DISTRIBUTION",
            "",
            "id of the distribution that serves names that nobody holds; without one none is let in"),
    ON_DEMAND_ISSUERS(
            "onDemand.issuers",
            "NAMEPLATE_ON_DEMAND_ISSUERS",
            "",
            "issuers of these certificates, first choice first; default issuer.default's"),
    ON_DEMAND_PER_MINUTE(
            "onDemand.namesPerMinute",
            "NAMEPLATE_ON_DEMAND_NAMES_PER_MINUTE",
            "60",
            "new names let in, in the whole cluster"),
    ON_DEMAND_PER_ADDRESS(
            "onDemand.namesPerAddress",
            "NAMEPLATE_ON_DEMAND_NAMES_PER_ADDRESS",
            "10",
            "new names that one address may bring in a minute, loopback exempt"),
    ON_DEMAND_HOLD(
            "onDemand.holdSeconds",
            "NAMEPLATE_ON_DEMAND_HOLD_SECONDS",
            "8",
            "how long a handshake waits for its certificate; 0: not at all"),
    ON_DEMAND_FALLBACK(
            "onDemand.fallbackName",
            "NAMEPLATE_ON_DEMAND_FALLBACK_NAME",
            "",
            "server name whose certificate is shown while a name's own is not there; default such handshakes are refused"),
    NAMES_PUBLIC_ONLY(
            "names.publicOnly",
            "NAMEPLATE_NAMES_PUBLIC_ONLY",
            "false",
            "certify only names below public top-level domains"),
    NAMES_BLOCKED(
            "names.blocked",
            "NAMEPLATE_NAMES_BLOCKED",
            "",
            "names never certified, nor what is below them"),
    QUOTA_CERTIFICATES(
            "quotas.certificates",
            "NAMEPLATE_QUOTA_CERTIFICATES",
            "1000000",
            "certificates of an account in a Region, ACM's and Lightsail's each"),
    QUOTA_YEARLY(
            "quotas.certificatesYearly",
            "NAMEPLATE_QUOTA_CERTIFICATES_YEARLY",
            "2000000",
            "the same, requested within 365 days"),
    QUOTA_IMPORTED(
            "quotas.imported",
            "NAMEPLATE_QUOTA_IMPORTED",
            "1000000",
            "imported certificates of an account in a Region"),
    QUOTA_IMPORTED_YEARLY(
            "quotas.importedYearly",
            "NAMEPLATE_QUOTA_IMPORTED_YEARLY",
            "2000000",
            "the same, imported within 365 days"),
    ACM_MAX_NAMES("acm.maxNames", "NAMEPLATE_ACM_MAX_NAMES", "10", "names of one ACM certificate"),
    LIGHTSAIL_MAX_NAMES(
            "lightsail.maxNames",
            "NAMEPLATE_LIGHTSAIL_MAX_NAMES",
            "10",
            "names of one Lightsail certificate"),
    LIGHTSAIL_MAX_DOMAINS(
            "lightsail.maxDomains",
            "NAMEPLATE_LIGHTSAIL_MAX_DOMAINS",
            "1000",
            "DNS zones of the account"),
    ORIGINS_LOOPBACK(
            "origins.allowLoopback",
            "NAMEPLATE_ORIGINS_ALLOW_LOOPBACK",
            "true",
            "origins on loopback addresses"),
    ORIGINS_PRIVATE(
            "origins.allowPrivate",
            "NAMEPLATE_ORIGINS_ALLOW_PRIVATE",
            "true",
            "origins in private address ranges"),
    ACME_URL(
            "acme.url",
            "NAMEPLATE_ACME_URL",
            "",
            "where ACME clients reach the API port; default as their requests say"),
    ACME_BINDING(
            "acme.binding",
            "NAMEPLATE_ACME_BINDING",
            "true",
            "whether an ACME account needs a credential; without, anybody may prove and have names"),
    ACME_TERMS(
            "acme.termsOfService",
            "NAMEPLATE_ACME_TERMS_OF_SERVICE",
            "",
            "URL of terms that an ACME account must agree to"),
    ACME_WEBSITE("acme.website", "NAMEPLATE_ACME_WEBSITE", "", "URL that tells of this authority"),
    ACME_HTTP_PORT(
            "acme.httpPort",
            "NAMEPLATE_ACME_HTTP_PORT",
            "80",
            "port where http-01 challenges are looked at"),
    ACME_TLS_PORT(
            "acme.tlsPort",
            "NAMEPLATE_ACME_TLS_PORT",
            "443",
            "port where tls-alpn-01 challenges are looked at"),
    ACME_LOOPBACK(
            "acme.allowLoopback",
            "NAMEPLATE_ACME_ALLOW_LOOPBACK",
            "false",
            "challenges at loopback addresses"),
    ACME_PRIVATE(
            "acme.allowPrivate",
            "NAMEPLATE_ACME_ALLOW_PRIVATE",
            "false",
            "challenges in private address ranges"),
    SAAS_MAX_ENTRIES(
            "saas.maxEntries", "NAMEPLATE_SAAS_MAX_ENTRIES", "10000", "entries in one job"),
    SAAS_MAX_UPLOADED_ENTRIES(
            "saas.maxUploadedEntries",
            "NAMEPLATE_SAAS_MAX_UPLOADED_ENTRIES",
            "100000",
            "entries in one job that is sent as NDJSON or CSV"),
    SAAS_PLATFORMS(
            "saas.platforms",
            "NAMEPLATE_SAAS_PLATFORMS",
            "local",
            "where jobs make certificates and distributions: local, aws or both; the first for jobs that name none"),
    AWS_REGION(
            "aws.region",
            "NAMEPLATE_AWS_REGION",
            "us-east-1",
            "Region of ACM for platform aws; CloudFront takes certificates of us-east-1 alone"),
    AWS_ENDPOINT(
            "aws.endpoint",
            "NAMEPLATE_AWS_ENDPOINT",
            "",
            "address of another ACM and CloudFront than AWS's"),
    AWS_EDGE(
            "aws.edge",
            "NAMEPLATE_AWS_EDGE",
            "",
            "host:port where distributions of platform aws are looked at; default port 443 of each one's own name"),
    AWS_PACE_PERCENT(
            "aws.pacePercent",
            "NAMEPLATE_AWS_PACE_PERCENT",
            "90",
            "how much of AWS's request rates platform aws uses; less where others or more servers share the account"),
    NOTIFICATIONS_LOOPBACK(
            "notifications.allowLoopback",
            "NAMEPLATE_NOTIFICATIONS_ALLOW_LOOPBACK",
            "false",
            "webhooks to loopback addresses"),
    NOTIFICATIONS_PRIVATE(
            "notifications.allowPrivate",
            "NAMEPLATE_NOTIFICATIONS_ALLOW_PRIVATE",
            "false",
            "webhooks to private address ranges"),
    NOTIFICATIONS_HTTP(
            "notifications.allowHttp",
            "NAMEPLATE_NOTIFICATIONS_ALLOW_HTTP",
            "false",
            "webhooks without TLS"),
    NOTIFICATIONS_DAYS(
            "notifications.keepDays",
            "NAMEPLATE_NOTIFICATIONS_KEEP_DAYS",
            "30",
            "days for which events and what became of them are kept, for replays"),
    NOTIFICATIONS_RETRIES(
            "notifications.retrySeconds",
            "NAMEPLATE_NOTIFICATIONS_RETRY_SECONDS",
            "5,300,1800,7200,18000,36000,50400,72000,86400",
            "pauses after failed attempts to deliver an event; after one attempt more than these it is dead"),
    SMTP_HOST(
            "notifications.smtp.host",
            "NAMEPLATE_SMTP_HOST",
            "",
            "mail server; without one no e-mail is sent"),
    SMTP_PORT("notifications.smtp.port", "NAMEPLATE_SMTP_PORT", "587", "its port"),
    SMTP_TLS(
            "notifications.smtp.tls",
            "NAMEPLATE_SMTP_TLS",
            "starttls",
            "starttls, tls (from the first byte), or off"),
    SMTP_USER("notifications.smtp.user", "NAMEPLATE_SMTP_USER", "", "who logs in, if anybody"),
    SMTP_PASSWORD_FILE(
            "notifications.smtp.passwordFile",
            "NAMEPLATE_SMTP_PASSWORD_FILE",
            "",
            "file that holds the password"),
    SMTP_FROM(
            "notifications.smtp.from",
            "NAMEPLATE_SMTP_FROM",
            "",
            "sender's address; default nameplate@ and the suffix"),
    SMTP_TO(
            "notifications.smtp.to",
            "NAMEPLATE_SMTP_TO",
            "",
            "addresses that are told without a subscription of their own"),
    SMTP_EVENTS(
            "notifications.smtp.events",
            "NAMEPLATE_SMTP_EVENTS",
            "",
            "what these are told of, such as entry.failed,dns.broken; all if empty"),
    SMTP_GATHER_SECONDS(
            "notifications.smtp.gatherSeconds",
            "NAMEPLATE_SMTP_GATHER_SECONDS",
            "60",
            "how long events wait for others to go in the same message"),
    SNS(
            "notifications.sns",
            "NAMEPLATE_SNS",
            "false",
            "whether topics of Amazon SNS can be subscribed, with AWS credentials where the SDK finds them"),
    SNS_ENDPOINT(
            "notifications.snsEndpoint",
            "NAMEPLATE_SNS_ENDPOINT",
            "",
            "SNS at another address than the Region's"),
    VERSIONS_KEEP(
            "versions.keep",
            "NAMEPLATE_VERSIONS_KEEP",
            "",
            "newest configurations kept of each distribution; all when neither limit is set"),
    VERSIONS_KEEP_DAYS(
            "versions.keepDays",
            "NAMEPLATE_VERSIONS_KEEP_DAYS",
            "",
            "days for which every accepted configuration is kept"),
    METRICS_NAMED(
            "metrics.distributions",
            "NAMEPLATE_METRICS_DISTRIBUTIONS",
            "1000",
            "distributions shown by name in /metrics, the first that are visited; the others together"),
    METRICS_MINUTE_DAYS(
            "metrics.minuteDays",
            "NAMEPLATE_METRICS_MINUTE_DAYS",
            "15",
            "days for which a distribution's traffic is kept by the minute; then by the hour"),
    METRICS_DAYS(
            "metrics.days",
            "NAMEPLATE_METRICS_DAYS",
            "455",
            "days for which a distribution's traffic is kept"),
    ACCESS_LOG(
            "accessLog.format",
            "NAMEPLATE_ACCESS_LOG",
            "off",
            "off, json, or cloudfront: tab-separated standard fields"),
    ACCESS_LOG_FOLDER(
            "accessLog.folder",
            "NAMEPLATE_ACCESS_LOG_FOLDER",
            "",
            "default access-log in the data folder"),
    ACCESS_LOG_QUERY(
            "accessLog.query",
            "NAMEPLATE_ACCESS_LOG_QUERY",
            "true",
            "query strings in the access log; values of signatures, tokens and the like are masked"),
    ACCESS_LOG_COOKIES(
            "accessLog.cookies",
            "NAMEPLATE_ACCESS_LOG_COOKIES",
            "false",
            "cookies in the access log"),
    ACCESS_LOG_FILE_MB(
            "accessLog.maxFileMegabytes",
            "NAMEPLATE_ACCESS_LOG_MAX_FILE_MEGABYTES",
            "100",
            "a file that has grown to this is compressed and put away, as is yesterday's"),
    ACCESS_LOG_TOTAL_MB(
            "accessLog.maxTotalMegabytes",
            "NAMEPLATE_ACCESS_LOG_MAX_TOTAL_MEGABYTES",
            "2000",
            "of all files put away; the oldest are deleted"),
    ACCESS_LOG_KEEP_DAYS(
            "accessLog.keepDays",
            "NAMEPLATE_ACCESS_LOG_KEEP_DAYS",
            "14",
            "how long files are kept"),
    LOG_FORMAT("log.format", "NAMEPLATE_LOG_FORMAT", "json", "json or text, on standard error"),
    LOG_LEVEL("log.level", "NAMEPLATE_LOG_LEVEL", "info", "error, warn, info, debug");

    private final String path;
    private final String variable;
    private final String standard;
    private final String meaning;

    Setting(String path, String variable, String standard, String meaning) {
        this.path = path;
        this.variable = variable;
        this.standard = standard;
        this.meaning = meaning;
    }

    /// Dotted place in the YAML file.
    String path() {
        return path;
    }

    String variable() {
        return variable;
    }

    /// The default as it would be written; empty where there is none.
    Optional<String> standard() {
        return standard.isEmpty() ? Optional.empty() : Optional.of(standard);
    }

    String meaning() {
        return meaning;
    }
}
