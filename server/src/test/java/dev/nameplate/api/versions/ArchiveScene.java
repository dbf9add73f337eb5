package dev.nameplate.api.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Snapshots;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;

/// The API over the distributions of one store, which are made through CloudFront's and Lightsail's doors.
final class ArchiveScene {
    static final String KEY = "the-api-key";
    static final String OTHER_KEY = "another-key";
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);
    private static final ObjectMapper JSON = new ObjectMapper();

    final TestFeatures features;
    final CloudFrontClient cloudFront;
    final LightsailClient lightsail;
    final Snapshots snapshots;
    final VersionsApi api;
    private final TestCa ca;
    private int references;

    ArchiveScene(Database database) {
        features = new TestFeatures(database);
        ca = features.trustedCa();
        var cloudFrontDoor = features.cloudFront();
        var lightsailDoor = features.lightsail();
        cloudFront = cloudFrontDoor.as(TestFeatures.caller("us-east-1"));
        lightsail = lightsailDoor.as(TestFeatures.caller("us-east-1"));
        snapshots = new Snapshots(features.clock);
        api =
                new VersionsApi(
                        key ->
                                Optional.ofNullable(
                                        Map.of(
                                                        KEY,
                                                        ACCOUNT,
                                                        OTHER_KEY,
                                                        new AccountId("210987654321"))
                                                .get(key)),
                        database,
                        new ConfigVersions(
                                features.distributions,
                                Map.of(
                                        Distribution.Kind.CLOUDFRONT,
                                        cloudFrontDoor.configDoor(),
                                        Distribution.Kind.LIGHTSAIL,
                                        lightsailDoor.configDoor())),
                        snapshots,
                        false);
    }

    /// @return the id of a distribution with one version, whose comment is as given
    String distribution(String comment, String... aliases) {
        DistributionConfig config = config("r" + references++, comment).build();
        DistributionConfig named = aliases.length == 0 ? config : named(config, aliases);
        return cloudFront
                .createDistribution(request -> request.distributionConfig(named))
                .distribution()
                .id();
    }

    private DistributionConfig named(DistributionConfig config, String... aliases) {
        Certificate certificate =
                features.importCertificate(ACCOUNT, Region.US_EAST_1, ca.issue(aliases));
        return config.toBuilder()
                .aliases(list -> list.quantity(aliases.length).items(aliases))
                .viewerCertificate(viewer ->
                        viewer.acmCertificateArn(
                                        "arn:aws:acm:us-east-1:%s:certificate/%s"
                                                .formatted(ACCOUNT, certificate.id()))
                                .sslSupportMethod("sni-only")
                                .minimumProtocolVersion("TLSv1.2_2021"))
                .build();
    }

    /// Makes the distribution's next version.
    void update(String id, UnaryOperator<DistributionConfig.Builder> change) {
        var found = cloudFront.getDistributionConfig(request -> request.id(id));
        DistributionConfig changed = change.apply(found.distributionConfig().toBuilder()).build();
        cloudFront.updateDistribution(
                request -> request.id(id).ifMatch(found.eTag()).distributionConfig(changed));
    }

    void comment(String id, String comment) {
        update(id, config -> config.comment(comment));
    }

    /// Gives the distribution other aliases, with a new certificate for them.
    void rename(String id, String... aliases) {
        update(id, config -> named(config.build(), aliases).toBuilder());
    }

    DistributionConfig config(String id) {
        return cloudFront.getDistributionConfig(request -> request.id(id)).distributionConfig();
    }

    /// What the store has of a version, as its door wrote it.
    JsonNode document(String id, long version) {
        return parsed(
                features.database
                        .read(handle ->
                                features.distributions.version(
                                        handle, new DistributionId(id), version))
                        .orElseThrow()
                        .document());
    }

    long versionOf(String id) {
        return features.database
                .read(handle -> features.distributions.find(handle, new DistributionId(id)))
                .orElseThrow()
                .version();
    }

    static DistributionConfig.Builder config(String reference, String comment) {
        return DistributionConfig.builder()
                .callerReference(reference)
                .comment(comment)
                .enabled(true)
                .origins(origins ->
                        origins.quantity(1)
                                .items(
                                        Origin.builder()
                                                .id("main")
                                                .domainName("origin.example.com")
                                                .customOriginConfig(custom ->
                                                        custom.httpPort(80)
                                                                .httpsPort(443)
                                                                .originProtocolPolicy("http-only"))
                                                .build()))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("main")
                                .viewerProtocolPolicy("allow-all")
                                .cachePolicyId("658327ea-f89d-4fab-a63d-7e88639e58f6"));
    }

    HttpResponse send(String key, String method, String target) {
        int query = target.indexOf('?');
        return api.handle(
                new HttpRequest(
                        method,
                        query < 0 ? target : target.substring(0, query),
                        query < 0 ? "" : target.substring(query + 1),
                        Headers.of("x-api-key", key, "host", "names.example:8080"),
                        new byte[0]));
    }

    JsonNode post(String target) {
        return succeeded(send(KEY, "POST", target));
    }

    JsonNode get(String target) {
        return succeeded(send(KEY, "GET", target));
    }

    private static JsonNode succeeded(HttpResponse answer) {
        assertThat(answer.status()).as(text(answer)).isEqualTo(200);
        return json(answer);
    }

    /// The call is refused for these parameters, and for no other.
    ///
    /// @return the answer's text
    String refused(String target, String... fields) {
        HttpResponse answer = send(KEY, "POST", target);
        assertThat(answer.status()).as(text(answer)).isEqualTo(400);
        JsonNode json = json(answer);
        assertThat(json.path("statusCode").intValue()).isEqualTo(400);
        assertThat(json.path("body").textValue()).startsWith("Invalid input parameters: ");
        assertThat(json.path("errors"))
                .extracting(error -> error.path("field").textValue())
                .containsExactly(fields);
        return json.path("body").textValue();
    }

    List<String> snapshotNames(String id) {
        return StreamSupport.stream(
                        get("/snapshot/list_snapshots?distributionId=" + id).spliterator(), false)
                .map(each -> each.path("snapshot_name").textValue())
                .toList();
    }

    String lastApplied(String id) {
        return get("/snapshot/get_applied_snapshot_name?distributionId=" + id).textValue();
    }

    static String text(HttpResponse answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static JsonNode json(HttpResponse answer) {
        return parsed(text(answer));
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
