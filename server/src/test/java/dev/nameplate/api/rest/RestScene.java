package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Reissues;
import dev.nameplate.certificate.Request;
import dev.nameplate.certificate.StatusLinks;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.revocation.MassRevocations;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The API over the features of one store, for two accounts.
final class RestScene {
    static final String KEY = "a-key";
    static final String OTHER_KEY = "another-key";
    private static final Map<String, AccountId> ACCOUNTS =
            Map.of(
                    KEY,
                    new AccountId(TestFeatures.ACCOUNT),
                    OTHER_KEY,
                    new AccountId("210987654321"));

    final TestFeatures features;
    final RestApi api;
    final StatusPage page;
    final StatusLinks links = new StatusLinks(TestVault.open());

    final IssuerBudgets budgets;

    RestScene(Database database) {
        this(database, CertificateSettings.withSuffix(TestFeatures.SUFFIX));
    }

    RestScene(Database database, CertificateSettings settings) {
        this.features = new TestFeatures(database, _ -> {}, settings);
        CertificateRoutes certificates =
                new CertificateRoutes(database, features.certificates, links, features.clock);
        this.budgets =
                new IssuerBudgets(
                        Map.of(new IssuerName("le"), RateLimits.LETS_ENCRYPT), features.clock);
        this.api =
                new RestApi(
                        key -> Optional.ofNullable(ACCOUNTS.get(key)),
                        Stream.of(
                                        certificates.all(),
                                        new CertificateIssuerRoutes(
                                                        database,
                                                        features.certificates,
                                                        certificates,
                                                        features.lookup())
                                                .all(),
                                        new ImportRoutes(features.certificates.imports(database))
                                                .all(),
                                        new RenewalRoutes(
                                                        database,
                                                        features.certificates,
                                                        new Reissues(
                                                                features.clock,
                                                                features.random,
                                                                _ -> {},
                                                                100,
                                                                budgets),
                                                        budgets,
                                                        features.clock)
                                                .all(),
                                        new BudgetRoutes(
                                                        database,
                                                        budgets,
                                                        new AccountId(TestFeatures.ACCOUNT))
                                                .all(),
                                        new RevocationRoutes(
                                                        database,
                                                        new MassRevocations(
                                                                features.certificates,
                                                                Revocations::standing,
                                                                features.clock,
                                                                features.random,
                                                                _ -> {}))
                                                .all(),
                                        new SpareRoutes(
                                                        database,
                                                        features.certificates,
                                                        certificates)
                                                .all(),
                                        new QuotaRoutes(
                                                        database,
                                                        features.certificates,
                                                        features.zones,
                                                        1000)
                                                .all(),
                                        new VersionRoutes(database, versions(features)).all())
                                .flatMap(List::stream)
                                .toList());
        this.page = new StatusPage(database, links);
    }

    private static ConfigVersions versions(TestFeatures features) {
        return new ConfigVersions(
                features.distributions,
                Map.of(Distribution.Kind.CLOUDFRONT, features.cloudFront().configDoor()));
    }

    Certificate request(String... names) {
        return request(Region.US_EAST_1, names);
    }

    Certificate request(Region region, String... names) {
        return features.database.write(write ->
                features.certificates.request(
                        write,
                        new AccountId(TestFeatures.ACCOUNT),
                        region,
                        Request.of(
                                Origin.ACM,
                                Stream.of(names).map(DomainName::new).toList(),
                                KeyAlgorithm.EC_P256)));
    }

    HttpResponse send(String key, String method, String target) {
        return send(key, method, target, "");
    }

    HttpResponse send(String key, String method, String target, String body) {
        int query = target.indexOf('?');
        return api.handle(
                new HttpRequest(
                        method,
                        query < 0 ? target : target.substring(0, query),
                        query < 0 ? "" : target.substring(query + 1),
                        Headers.of("x-api-key", key),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse open(String path) {
        return page.handle(new HttpRequest("GET", path, "", Headers.none(), new byte[0]));
    }

    JsonNode get(String target) {
        return json(send(KEY, "GET", target));
    }

    static JsonNode json(HttpResponse response) {
        try {
            return new ObjectMapper().readTree(new String(response.body(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
