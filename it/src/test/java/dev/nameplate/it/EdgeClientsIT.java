package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Clients that choose: the certificate by the signatures they can verify, the coding of the body by what they can unpack.
@Tag("slow")
final class EdgeClientsIT {
    private static final String NAME = "both.example";
    private static final String MANAGED_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    /// The origin's page repeats its path, and CloudFront compresses from 1,000 bytes on.
    private static final String LONG_PATH = "/" + "page".repeat(400);

    @TempDir private static Path folder;

    private static OriginServer origin;
    private static RunningServer server;
    private static Path root;

    @BeforeAll
    static void serve() throws IOException {
        ForeignCa ca = ForeignCa.make(folder.resolve("ca"));
        root = ca.root();
        origin = OriginServer.start();
        server = RunningServer.start(folder.resolve("data"), ca.trusted(), List.of());
        try (AcmClient acm = SdkClients.of(server).acm();
                CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
            String elliptic = imported(acm, ca.issue(NAME));
            imported(acm, ca.issueRsa(NAME));
            cloudFront.createDistribution(
                    request -> request.distributionConfig(distribution(elliptic)));
        }
        new Visitor(server, root).fetchWhenServed(NAME, "/");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (origin != null) {
            origin.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3, ECDSA+SHA256, ECDSA, 256",
        "-tls1_3, rsa_pss_rsae_sha256, RSA-PSS, 2048",
        "-tls1_3, ECDSA+SHA256:rsa_pss_rsae_sha256, ECDSA, 256",
        "-tls1_2, ECDSA+SHA256, ECDSA, 256",
        "-tls1_2, RSA+SHA256, RSA, 2048",
        "-tls1_2, RSA+SHA256:ECDSA+SHA256, ECDSA, 256",
    })
    void oneNameHasTwoCertificatesAndTheClientsSignatureAlgorithmsChoose(
            String version, String algorithms, String signature, int bits) {
        Commands.Result result =
                Commands.run(
                        List.of(
                                "openssl",
                                "s_client",
                                "-connect",
                                server.edgeHttps().getAuthority(),
                                "-servername",
                                NAME,
                                "-verify_hostname",
                                NAME,
                                "-verify_return_error",
                                "-CAfile",
                                root.toString(),
                                version,
                                "-sigalgs",
                                algorithms),
                        Map.of());
        assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        assertThat(result.output())
                .contains("Peer signature type: " + signature + "\n")
                .contains("Server public key is " + bits + " bit")
                .contains("Verification: OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br"})
    void curlUnpacksWhatTheEdgePacked(String coding) {
        Visitor visitor = new Visitor(server, root);
        for (String times : List.of("first", "again")) {
            Visitor.Page page =
                    visitor.fetchCompressed(NAME, LONG_PATH, "Accept-Encoding: " + coding);
            assertThat(page.status()).as(times).isEqualTo(200);
            assertThat(page.headers()).as(times).containsEntry("content-encoding", coding);
            assertThat(page.body()).as(times).isEqualTo(OriginServer.page(LONG_PATH));
        }
        assertThat(visitor.fetch(NAME, LONG_PATH).headers()).doesNotContainKey("content-encoding");
    }

    private static String imported(AcmClient acm, ForeignCa.Triple triple) throws IOException {
        SdkBytes certificate = bytes(triple.certificate());
        SdkBytes key = bytes(triple.privateKey());
        SdkBytes chain = bytes(triple.chain());
        return acm.importCertificate(request ->
                        request.certificate(certificate).privateKey(key).certificateChain(chain))
                .certificateArn();
    }

    private static SdkBytes bytes(Path file) throws IOException {
        return SdkBytes.fromByteArray(Files.readAllBytes(file));
    }

    private static DistributionConfig distribution(String certificate) {
        Origin app =
                Origin.builder()
                        .id("app")
                        .domainName("127.0.0.1")
                        .customOriginConfig(custom ->
                                custom.httpPort(origin.port())
                                        .httpsPort(443)
                                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                        .build();
        return DistributionConfig.builder()
                .callerReference("both")
                .comment("")
                .enabled(true)
                .aliases(aliases -> aliases.quantity(1).items(NAME))
                .origins(origins -> origins.quantity(1).items(app))
                .defaultCacheBehavior(cache ->
                        cache.targetOriginId("app")
                                .compress(true)
                                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                .cachePolicyId(MANAGED_CACHING_OPTIMIZED))
                .viewerCertificate(viewer ->
                        viewer.acmCertificateArn(certificate)
                                .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                .minimumProtocolVersion(MinimumProtocolVersion.TLS_V1_2_2021))
                .build();
    }
}
