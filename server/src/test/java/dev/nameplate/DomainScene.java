package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.api.cloudfront.CloudFront;
import dev.nameplate.api.lightsail.Lightsail;
import dev.nameplate.api.rest.RestApi;
import dev.nameplate.api.saas.DomainRoutes;
import dev.nameplate.api.saas.JobChecks;
import dev.nameplate.api.saas.RecordCheck;
import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Condition;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.domain.DomainEvent;
import dev.nameplate.domain.DomainWork;
import dev.nameplate.domain.Domains;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.saas.AliasHolders;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.Kills;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.SaasWork;
import dev.nameplate.saas.Templates;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;
import dev.nameplate.wire.Caller;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Two accounts' domains over everything real but time and the world's DNS. An API key is its account's id.
final class DomainScene {
    static final AccountId ONE = new AccountId(TestFeatures.ACCOUNT);
    static final AccountId TWO = new AccountId("210987654321");

    private static final ObjectMapper JSON = new ObjectMapper();

    final TestFeatures features;
    final SaasJobs jobs;
    final Domains domains;
    final List<DomainEvent> told = new ArrayList<>();

    /// Of the calls that jobs make.
    final Kills kills = new Kills();

    /// Done while the DNS is asked for the record of a take-over.
    Runnable whileLooked = () -> {};

    /// Done when a job has been told which names are to come to it.
    Runnable afterAwaited = () -> {};

    private final Vault vault = TestVault.open();
    private final Acm acm;
    private final CloudFront cloudFront;
    private final Lightsail lightsail;
    private final Platform.Rules rules;
    private final RestApi api;
    private ManualJobs engine;

    DomainScene(Database database) {
        features = new TestFeatures(database, name -> wake(name));
        acm =
                new Acm(
                        database,
                        features.certificates,
                        features.tags,
                        new AcmSettings(10, Optional.empty(), KeyAlgorithm.EC_P256),
                        features.clock,
                        features.random);
        cloudFront = features.cloudFront();
        lightsail = features.lightsail();
        rules =
                new Platform.Rules(
                        new Templates(
                                account ->
                                        kills.around(CloudFrontClient.class, cloudFront(account)),
                                (_, _) -> Optional.empty()),
                        holders(),
                        Quota.NONE);
        jobs =
                new SaasJobs(
                        database, vault, features.clock, new SecureRandom(), name -> wake(name));
        domains =
                new Domains(
                        database,
                        jobs,
                        rules.holders(),
                        (_, event) -> told.add(event),
                        features.clock,
                        new SecureRandom(),
                        name -> wake(name));
        engine = new ManualJobs(features.clock, saasWork(), domainWork());
        JobChecks checks =
                new JobChecks(
                        Map.of(Platform.Name.LOCAL, new JobChecks.Place(rules, _ -> Map.of())),
                        Platform.Name.LOCAL,
                        pem -> features.certificates.imports(database).card(ONE, pem, List.of()),
                        NamePolicy.standard(new DomainName(TestFeatures.SUFFIX)),
                        features.certificates.issuers()::refusal,
                        10);
        api =
                new RestApi(
                        key -> Optional.of(new AccountId(key)),
                        new DomainRoutes(
                                        domains,
                                        checks,
                                        (_, _) -> Optional.empty(),
                                        wanted ->
                                                new RecordCheck.Seen(
                                                        features.texts.contains(
                                                                wanted.name()
                                                                        + " "
                                                                        + wanted.value()),
                                                        "looked at",
                                                        "",
                                                        Optional.empty()))
                                .all());
    }

    private AliasHolders holders() {
        AliasHolders held = new HeldAliases(features.database, features.distributions);
        return new AliasHolders() {
            @Override
            public Map<DomainName, Holder> of(AccountId account, Collection<DomainName> names) {
                return held.of(account, names);
            }

            @Override
            public Set<DomainName> awaited(JobId job) {
                Set<DomainName> names = held.awaited(job);
                afterAwaited.run();
                return names;
            }
        };
    }

    /// Has the record of a take-over looked for, on the caller's thread.
    void lookForRecord(AccountId account, String name) {
        domains.takeOverAgain(account, new DomainName(name));
        domainWork().advance(0, features.clock.instant());
    }

    private void wake(String name) {
        if (engine != null) {
            engine.wake(name);
        }
    }

    private SaasWork saasWork() {
        return new SaasWork(
                features.database,
                vault,
                Map.of(
                        Platform.Name.LOCAL,
                        new Platform(
                                rules,
                                new Platform.Services(
                                        account -> kills.around(AcmClient.class, acm(account)),
                                        account ->
                                                kills.around(
                                                        CloudFrontClient.class,
                                                        cloudFront(account))),
                                (_, host) -> features.servedSerial(host),
                                Duration.ofMinutes(15))),
                features.clock,
                SaasWork.Settings.DEFAULT);
    }

    private DomainWork domainWork() {
        return new DomainWork(
                features.database,
                domains,
                jobs,
                (name, text) -> {
                    whileLooked.run();
                    return features.texts.contains(name + " " + text);
                },
                new MovedNames(cloudFront.moves(lightsail.configDoor()), features.certificates),
                features.clock);
    }

    /// A new process on the same store.
    void restart() {
        engine = new ManualJobs(features.clock, saasWork(), domainWork());
    }

    private static Caller caller(AccountId account) {
        return new Caller(account.value(), "AKIDEXAMPLE", "us-east-1");
    }

    AcmClient acm(AccountId account) {
        return acm.as(caller(account));
    }

    CloudFrontClient cloudFront(AccountId account) {
        return cloudFront.as(caller(account));
    }

    LightsailClient lightsail(AccountId account) {
        return lightsail.as(caller(account));
    }

    String template(AccountId account) {
        return cloudFront(account)
                .createDistribution(
                        request -> request.distributionConfig(TemplateConfig.of("template", "")))
                .distribution()
                .id();
    }

    /// A multi-tenant distribution, which wants the parameter `shop`.
    String shops(AccountId account) {
        return cloudFront(account)
                .createDistribution(request ->
                        request.distributionConfig(
                                TemplateConfig.of("shops", "").toBuilder()
                                        .connectionMode(ConnectionMode.TENANT_ONLY)
                                        .tenantConfig(TemplateConfig::shop)
                                        .build()))
                .distribution()
                .id();
    }

    /// @param more members of the tenant, each after a comma
    static String tenantBody(String shops, String more, String... names) {
        return "{\"names\":[\"%s\"],\"tenant\":{\"distribution\":\"%s\",\"parameters\":{\"shop\":\"a\"}%s}}"
                .formatted(String.join("\",\"", names), shops, more);
    }

    static String body(String template, String... names) {
        return "{\"names\":[\"%s\"],\"template\":{\"distribution\":\"%s\"}}"
                .formatted(String.join("\",\"", names), template);
    }

    HttpResponse call(
            AccountId account, String method, String path, String body, String... headers) {
        Headers all = Headers.of("x-api-key", account.value());
        for (int i = 0; i < headers.length; i += 2) {
            all = all.with(headers[i], headers[i + 1]);
        }
        int query = path.indexOf('?');
        return api.handle(
                new HttpRequest(
                        method,
                        query < 0 ? path : path.substring(0, query),
                        query < 0 ? "" : path.substring(query + 1),
                        all,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    /// The answer's body, after a look at its status.
    JsonNode ask(AccountId account, String method, String path, String body, int status) {
        HttpResponse answer = call(account, method, path, body);
        assertThat(answer.status())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        return json(answer);
    }

    static JsonNode json(HttpResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode domain(AccountId account, String name) {
        return ask(account, "GET", "/v1/domains/" + name, "", 200);
    }

    JsonNode onboard(AccountId account, String template, String... names) {
        return ask(account, "POST", "/v1/domains", body(template, names), 201);
    }

    /// On-boards and waits until all is served.
    void serve(AccountId account, String template, String... names) {
        onboard(account, template, names);
        run(Duration.ofMinutes(10));
        assertThat(domain(account, names[0]).get("state").textValue()).isEqualTo("SERVED");
    }

    JsonNode takeOver(AccountId account, String template, String name) {
        return ask(
                account, "POST", "/v1/domains/" + name + "/take-over", body(template, name), 201);
    }

    /// The TXT record that a domain wants for its take-over, as [TestFeatures#texts] has it.
    static String wantedText(JsonNode domain) {
        for (JsonNode record : domain.get("records")) {
            if (record.get("purpose").textValue().equals("TAKE_OVER")) {
                assertThat(record.get("type").textValue()).isEqualTo("TXT");
                String name = record.get("name").textValue();
                return name.substring(0, name.length() - 1) + " " + record.get("value").textValue();
            }
        }
        throw new AssertionError("no take-over is waiting: " + domain);
    }

    /// Lets time pass while certificates are issued and the edge takes what is published.
    void run(Duration span) {
        Instant end = features.clock.instant().plus(span);
        while (true) {
            engine.tick();
            if (anyPending()) {
                features.advanceCertificates();
            }
            features.deployAll();
            Instant next = engine.nextDue().filter(at -> !at.isAfter(end)).orElse(end);
            if (!next.isAfter(features.clock.instant())) {
                next = features.clock.instant().plusMillis(100);
            }
            if (!next.isBefore(end)) {
                features.clock.set(end);
                engine.tick();
                return;
            }
            features.clock.set(next);
        }
    }

    void tick() {
        engine.tick();
    }

    /// To look at proofs, a CA is opened.
    private boolean anyPending() {
        return features.database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM certificate WHERE state = 'PENDING'")
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    List<Distribution> distributions(AccountId account) {
        return features.database.read(handle ->
                features.distributions.page(
                        handle, account, Distribution.Kind.CLOUDFRONT, Optional.empty(), 1000));
    }

    Optional<Distribution> serving(String host) {
        return features.database.read(handle -> features.distributions.serving(handle, host));
    }

    List<Certificate> certificates(AccountId account) {
        return features
                .database
                .read(handle ->
                        features.certificates
                                .catalogue()
                                .page(
                                        handle,
                                        account,
                                        new Condition.All(List.of()),
                                        Catalogue.Order.OLDEST_FIRST,
                                        Optional.empty(),
                                        1000,
                                        features.clock.instant()))
                .entries()
                .stream()
                .map(Catalogue.Entry::certificate)
                .toList();
    }

    List<String> events(AccountId account, String name) {
        List<String> kinds = new ArrayList<>();
        ask(account, "GET", "/v1/domain-events?name=" + name, "", 200)
                .get("events")
                .forEach(event -> kinds.add(event.get("kind").textValue()));
        return kinds;
    }
}
