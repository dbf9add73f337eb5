package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.EndpointHttp;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.AwsApi;
import dev.nameplate.wire.AwsEndpoint;
import dev.nameplate.wire.Credential;
import dev.nameplate.wire.Service;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/// Brings CloudFront's errors about: requests by the SDK's client, encoded, signed and answered as on the wire.
///
/// The errors of one family of operations are in a class of their own: [ContractDistributions], [ContractPolicies],
/// [ContractKeys], [ContractTenants].
final class ContractWalk {
    static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);
    static final AccountId OTHER = new AccountId("210987654321");
    static final String NO_UUID = ConfigFaults.NO_POLICY;
    static final String NO_DISTRIBUTION = "E0000000000000";

    /// Of the right shape, and of nothing.
    static final String STALE = "E0000000000000";

    static final String NO_ETAG = "nonsense";
    private static final String SECRET = "a secret of this test";

    record Pair(String operation, String error) {
        @Override
        public String toString() {
            return operation + " " + error;
        }
    }

    /// A call that is to fail.
    @FunctionalInterface
    interface Call {
        void make();
    }

    final TestFeatures features;

    /// Every call of it goes through the wire.
    final CloudFrontClient api;

    private final TestCa ca;
    private final Map<Pair, CloudFrontException> seen = new HashMap<>();

    ContractWalk(Database database) {
        CertificateSettings standard = CertificateSettings.withSuffix(TestFeatures.SUFFIX);
        features =
                new TestFeatures(
                        database,
                        _ -> {},
                        new CertificateSettings(
                                standard.suffix(),
                                standard.validationTime(),
                                standard.names(),
                                new Quotas.Limits(1, 1, 1_000, 1_000)));
        features.countriesKnown = true;
        ca = features.trustedCa();
        api = client(features.cloudFront());
    }

    Map<Pair, CloudFrontException> all() {
        new ContractDistributions(this).all();
        new ContractTenants(this).all();
        ContractPolicies policies = new ContractPolicies(this);
        policies.all();
        new ContractKeys(this, policies.used()).all();
        policies.quotas();
        return seen;
    }

    CloudFrontClient client(CloudFront door) {
        AwsEndpoint endpoint =
                new AwsEndpoint(
                        List.of(new Service<>(AwsApi.CLOUDFRONT, CloudFrontClient.class, door::as)),
                        id -> Optional.of(new Credential(ACCOUNT.value(), id, SECRET)),
                        InstantSource.system(),
                        () -> UUID.randomUUID().toString(),
                        AwsEndpoint.Settings.defaults());
        return CloudFrontClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1"))
                .region(software.amazon.awssdk.regions.Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEXAMPLEEXAMPLE12", SECRET)))
                .httpClient(new EndpointHttp(endpoint))
                .build();
    }

    /// What every family of things with versions refuses alike.
    ///
    /// @param missing what is said of one that is not there
    record Family(
            String noun,
            String missing,
            String unknown,
            String existing,
            Consumer<String> get,
            Consumer<String> getConfig,
            BiConsumer<String, String> update,
            BiConsumer<String, String> delete,
            Function<String, String> etag) {
        void walk(ContractWalk walk) {
            walk.shows("Get" + noun, missing, () -> get.accept(unknown));
            walk.shows("Get" + noun + "Config", missing, () -> getConfig.accept(unknown));
            walk.shows("Update" + noun, missing, () -> update.accept(unknown, STALE));
            walk.shows(
                    "Update" + noun,
                    "InvalidIfMatchVersion",
                    () -> update.accept(existing, NO_ETAG));
            walk.shows("Update" + noun, "PreconditionFailed", () -> update.accept(existing, STALE));
            walk.shows("Delete" + noun, missing, () -> delete.accept(unknown, STALE));
            walk.shows(
                    "Delete" + noun,
                    "InvalidIfMatchVersion",
                    () -> delete.accept(existing, NO_ETAG));
            walk.shows("Delete" + noun, "PreconditionFailed", () -> delete.accept(existing, STALE));
        }

        void inUse(ContractWalk walk, String error) {
            walk.shows("Delete" + noun, error, () -> delete.accept(existing, etag.apply(existing)));
        }
    }

    static String error(Class<?> exception) {
        String name = exception.getSimpleName();
        return name.substring(0, name.length() - "Exception".length());
    }

    /// @throws AssertionError if the call succeeds, or fails in another way
    void shows(String operation, String error, Call call) {
        try {
            call.make();
        } catch (CloudFrontException e) {
            if (!error(e.getClass()).equals(error)) {
                throw new AssertionError(operation + " should say " + error + ": " + e, e);
            }
            seen.put(new Pair(operation, error), e);
            return;
        }
        throw new AssertionError(operation + " should say " + error + ", but succeeded");
    }

    /// The ARN of a certificate that may serve these names.
    String certificate(AccountId account, String... names) {
        return TenantView.certificateArn(
                account,
                features.importCertificate(account, Region.US_EAST_1, ca.issue(names)).id());
    }
}
