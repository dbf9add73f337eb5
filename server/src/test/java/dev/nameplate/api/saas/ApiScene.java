package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.saas.AccountCertificates;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The API in front of the engine, an ACM and a CloudFront in memory; imports are examined for real.
final class ApiScene implements AutoCloseable {
    static final String KEY = "the-api-key";
    static final int MAX_ENTRIES = 20;
    static final int MAX_BODY = 100_000;

    /// Those that jobs may name.
    static final List<String> ISSUERS = List.of("embedded", "le", "zero");

    private static final ObjectMapper JSON = new ObjectMapper();

    final TestStore store = TestStore.sqlite();
    final SaasScene saas = new SaasScene(store.database());
    final PemFixtures pem = new PemFixtures(saas.clock.instant());
    final Map<DomainName, String> dnsRefuses = new HashMap<>();
    final JobChecks checks;
    final SaasApi api;

    ApiScene() {
        SecureRandom random = new SecureRandom();
        Certificates certificates =
                new Certificates(
                        new Zones(
                                saas.clock,
                                random,
                                DnsSettings.under(
                                        new DomainName(CertificateSettings.DEFAULT_SUFFIX),
                                        InetAddress.getLoopbackAddress())),
                        new ChangeFeed(),
                        saas.vault,
                        saas.clock,
                        random,
                        _ -> {},
                        (_, _, _, _) -> {},
                        CertificateSettings.withSuffix(CertificateSettings.DEFAULT_SUFFIX));
        checks =
                new JobChecks(
                        Map.of(
                                Platform.Name.LOCAL,
                                new JobChecks.Place(
                                        saas.platform().rules(),
                                        names -> {
                                            Map<DomainName, String> refused =
                                                    new HashMap<>(dnsRefuses);
                                            refused.keySet().retainAll(names);
                                            return refused;
                                        })),
                        Platform.Name.LOCAL,
                        triple ->
                                certificates
                                        .imports(store.database())
                                        .card(SaasScene.ACCOUNT, triple, List.of()),
                        NamePolicy.standard(new DomainName(CertificateSettings.DEFAULT_SUFFIX)),
                        order ->
                                order.stream().allMatch(ISSUERS::contains)
                                        ? Optional.empty()
                                        : Optional.of("There are only " + ISSUERS + "."),
                        MAX_ENTRIES);
        api =
                new SaasApi(
                        key -> key.equals(KEY) ? Optional.of(SaasScene.ACCOUNT) : Optional.empty(),
                        saas.jobs,
                        new AccountCertificates(_ -> saas.acm),
                        checks,
                        new SaasApi.Limits(MAX_ENTRIES, MAX_BODY));
    }

    /// A documented sample with its placeholders filled: the template's id, and, for an import, one leaf for each list of
    /// names.
    String sample(String name, String... leaves) {
        String text;
        try (InputStream in =
                ApiScene.class.getResourceAsStream("/ssl-for-saas/" + name + ".json")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<PemFixtures.Leaf> made = new ArrayList<>();
        for (String names : leaves) {
            made.add(pem.leaf(names.split(" ")));
        }
        Iterator<String> bodies =
                made.stream()
                        .flatMap(leaf -> java.util.stream.Stream.of(leaf.certificate(), leaf.key()))
                        .iterator();
        while (bodies.hasNext()) {
            text = text.replaceFirst("XXXXXXXXXXXX", bodies.next());
        }
        return text.replace("AAAAAAAAAAA", pem.chain.get(0))
                .replace("BBBBBBBBBBB", pem.chain.get(1))
                .replace("CCCCCCCCCCC", pem.chain.get(2))
                .replace("E195R1W5GIVPF5", saas.template)
                .replace("E1DACGTRXKKWCH", saas.template);
    }

    HttpResponse post(String body) {
        return api.handle(
                new HttpRequest(
                        "POST",
                        "/ssl_for_saas",
                        "",
                        Headers.of("X-Api-Key", KEY),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse get(String path, String query) {
        return api.handle(
                new HttpRequest(
                        "GET",
                        "/ssl_for_saas" + path,
                        query,
                        Headers.of("x-api-key", KEY),
                        new byte[0]));
    }

    /// The id of the job that `body` starts.
    String start(String body) {
        HttpResponse answer = post(body);
        if (answer.status() != 200) {
            throw new AssertionError(text(answer));
        }
        return json(answer).get("body").textValue();
    }

    JsonNode job(String id) {
        return json(get("/get_ssl_job", "jobId=" + id));
    }

    List<List<String>> namesInJob(String id) {
        return saas.job(new dev.nameplate.saas.JobId(id)).entries().stream()
                .map(entry -> entry.names().stream().map(DomainName::ascii).toList())
                .toList();
    }

    int jobs() {
        return saas.jobs.list(SaasScene.ACCOUNT).size();
    }

    static JsonNode json(HttpResponse answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(HttpResponse answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        store.close();
    }
}
