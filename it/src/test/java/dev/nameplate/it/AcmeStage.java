package dev.nameplate.it;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.ValidationMethod;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// A server whose ports are settled before it starts, so that an ACME authority can be told where to look for everything: our
/// DNS is its resolver, our edge is where it connects. A second start has the same ports.
final class AcmeStage {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String MANAGED_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    final int dns = FreePort.find();
    final int http = FreePort.find();
    final int https = FreePort.find();
    private final Path folder;
    private final StringBuilder issuers = new StringBuilder("issuers:\n");

    AcmeStage(Path folder) {
        this.folder = folder;
    }

    /// A Pebble that looks nowhere but at this server.
    Pebble.Options pebble() {
        return Pebble.options().resolver("127.0.0.1:" + dns).validatesAt(http, https);
    }

    /// Looks until it is no longer pending.
    static CertificateDetail awaitFailed(RunningServer server, String arn) {
        Await.until(
                LIMIT,
                arn + " to be refused; the server's output: " + server.log(),
                () -> describe(server, arn).status() != CertificateStatus.PENDING_VALIDATION);
        return describe(server, arn);
    }

    /// What was started of a scene, the last part first.
    static void close(AutoCloseable... parts) throws IOException {
        for (AutoCloseable each : parts) {
            if (each != null) {
                try {
                    each.close();
                } catch (Exception failed) {
                    throw new IOException(failed);
                }
            }
        }
    }

    /// A Pebble that asks another's DNS, and comes to this server's ports.
    Pebble pebble(String name, OwnersDns resolver) throws IOException {
        return Pebble.options()
                .resolver(resolver.address())
                .validatesAt(http, https)
                .start(folder(name));
    }

    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /// Configures an issuer.
    ///
    /// @param trust the root of its TLS certificate
    /// @param more lines of its section
    AcmeStage issuer(String name, URI directory, Path trust, String... more) {
        issuers.append("  %s:\n    directory: %s\n".formatted(name, directory));
        issuers.append("    trustFile: %s\n    contact: ops@example.com\n".formatted(trust));
        issuers.append("    termsAgreed: true\n");
        for (String line : more) {
            issuers.append("    ").append(line).append('\n');
        }
        return this;
    }

    RunningServer start() throws IOException {
        return start("data", Map.of());
    }

    /// @param settings that win over these
    RunningServer start(String dataDir, Map<String, String> settings) throws IOException {
        Path file = folder.resolve("issuers.yaml");
        Files.writeString(file, issuers.toString());
        Map<String, String> all = new HashMap<>();
        all.put("NAMEPLATE_ISSUERS_FILE", file.toString());
        all.put("NAMEPLATE_DNS_PORT", Integer.toString(dns));
        all.put("NAMEPLATE_EDGE_HTTP_PORT", Integer.toString(http));
        all.put("NAMEPLATE_EDGE_HTTPS_PORT", Integer.toString(https));
        all.put("NAMEPLATE_PROOF_HTTP_PORT", Integer.toString(http));
        all.putAll(settings);
        return RunningServer.start(folder.resolve(dataDir), all, List.of());
    }

    /// Hosts the zone here.
    static void host(RunningServer server, String zone) {
        try (LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            lightsail.createDomain(request -> request.domainName(zone));
        }
    }

    /// @param issuer the value of the tag that chooses it
    /// @return the certificate's ARN
    static String request(RunningServer server, String issuer, List<String> names) {
        try (AcmClient acm = SdkClients.of(server).acm()) {
            return acm.requestCertificate(request ->
                            request.domainName(names.getFirst())
                                    .subjectAlternativeNames(names)
                                    .validationMethod(ValidationMethod.DNS)
                                    .tags(
                                            List.of(
                                                    software.amazon.awssdk.services.acm.model.Tag
                                                            .builder()
                                                            .key("nameplate:issuer")
                                                            .value(issuer)
                                                            .build())))
                    .certificateArn();
        }
    }

    static CertificateDetail describe(RunningServer server, String arn) {
        try (AcmClient acm = SdkClients.of(server).acm()) {
            return acm.describeCertificate(request -> request.certificateArn(arn)).certificate();
        }
    }

    static CertificateDetail awaitIssued(RunningServer server, String arn) {
        AtomicReference<CertificateDetail> seen = new AtomicReference<>();
        Await.until(
                LIMIT,
                arn + " to be issued; the server's output: " + server.log(),
                () -> {
                    seen.set(describe(server, arn));
                    return seen.get().status() != CertificateStatus.PENDING_VALIDATION;
                });
        if (seen.get().status() != CertificateStatus.ISSUED) {
            throw new AssertionError(
                    arn + " became " + seen.get().status() + ": " + seen.get().failureReason());
        }
        return seen.get();
    }

    /// Has the edge serve the names by that certificate.
    static void serve(RunningServer server, String arn, List<String> names, OriginServer origin) {
        DistributionConfig config =
                DistributionConfig.builder()
                        .callerReference(arn)
                        .comment("")
                        .enabled(true)
                        .aliases(aliases -> aliases.quantity(names.size()).items(names))
                        .origins(origins ->
                                origins.quantity(1)
                                        .items(
                                                List.of(
                                                        software.amazon.awssdk.services.cloudfront
                                                                .model.Origin.builder()
                                                                .id("app")
                                                                .domainName("127.0.0.1")
                                                                .customOriginConfig(custom ->
                                                                        custom.httpPort(
                                                                                        origin
                                                                                                .port())
                                                                                .httpsPort(443)
                                                                                .originProtocolPolicy(
                                                                                        OriginProtocolPolicy
                                                                                                .HTTP_ONLY))
                                                                .build())))
                        .defaultCacheBehavior(behavior ->
                                behavior.targetOriginId("app")
                                        .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                        .cachePolicyId(MANAGED_CACHING_OPTIMIZED))
                        .viewerCertificate(viewer ->
                                viewer.acmCertificateArn(arn)
                                        .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                        .minimumProtocolVersion(
                                                MinimumProtocolVersion.TLS_V1_2_2021))
                        .build();
        try (CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
            cloudFront.createDistribution(request -> request.distributionConfig(config));
        }
    }
}
