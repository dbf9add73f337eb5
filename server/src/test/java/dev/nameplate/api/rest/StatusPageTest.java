package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.wire.HttpResponse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

final class StatusPageTest {

    @StoreTest
    void tellsTheOwnerOfANameWhatToSetAndWhoseTurnItIs(Database database) {
        var scene = new RestScene(database);
        scene.features.recordsAreShown(false);
        Certificate certificate = scene.request("shop.example", "www.shop.example");
        scene.features.advanceCertificates();

        String html = text(scene.open(link(scene, certificate)));

        assertThat(html)
                .contains("Certificate for shop.example", "Waiting for proof")
                .contains("<code>" + certificate.proofs().getFirst().record().name() + "</code>")
                .contains("<code>" + certificate.proofs().getLast().record().value() + "</code>")
                .contains("There is no such record.", "yours, or of whoever manages the DNS")
                .contains("Looked at again 15 January 2026, 12:00:01 UTC.");
    }

    @StoreTest
    void linkIsTheOnlyCredentialAndStaysOutOfLogsCachesAndIndexes(Database database) {
        var scene = new RestScene(database);
        Certificate certificate = scene.request("shop.example");
        Certificate other = scene.request("other.example");
        String link = link(scene, certificate);

        HttpResponse page = scene.open(link);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().first("X-Robots-Tag")).get().asString().contains("noindex");
        assertThat(page.headers().first("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().first("Content-Security-Policy"))
                .get()
                .asString()
                .contains("default-src 'none'");
        assertThat(text(page))
                .doesNotContain("other.example", "<script", certificate.account().value());

        String secret = link.substring(link.lastIndexOf('/') + 1);
        assertThat(secret).hasSize(20);
        assertThat(scene.open("/status/" + other.id() + "/" + secret).status()).isEqualTo(404);
        assertThat(scene.open("/status/" + certificate.id() + "/" + secret + "x").status())
                .isEqualTo(404);
        assertThat(scene.open("/status/" + certificate.id()).status()).isEqualTo(404);
        assertThat(scene.open("/status/x/y").status()).isEqualTo(404);
        assertThat(scene.open("/status/%00/%00").status()).isEqualTo(404);
        assertThat(database.read(handle -> scene.links.of(handle, certificate.id())).toString())
                .doesNotContain(secret);
    }

    @StoreTest
    void replacedLinkLeadsNowhere(Database database) {
        var scene = new RestScene(database);
        Certificate certificate = scene.request("shop.example");
        String before = link(scene, certificate);
        assertThat(link(scene, certificate)).isEqualTo(before);

        String after =
                RestScene.json(
                                scene.send(
                                        RestScene.KEY,
                                        "POST",
                                        "/v1/certificates/" + certificate.id() + "/status-link"))
                        .path("path")
                        .textValue();

        assertThat(after).isNotEqualTo(before);
        assertThat(scene.open(before).status()).isEqualTo(404);
        assertThat(scene.open(after).status()).isEqualTo(200);
    }

    @StoreTest
    void whatStrangersDnsAnswersIsShownAsText(Database database) {
        var scene = new RestScene(database);
        Certificate certificate = scene.request("shop.example");
        store(
                database,
                """
                {"cause":"WRONG_VALUE","actor":"NAME_OWNER","words":"points to <img src=x onerror=alert(1)>",
                 "remedy":"Replace \\"it\\"","dnssec":"BOGUS","answers":[{"server":"ns<1>","question":"CNAME a.",
                 "outcome":"NOERROR","millis":3,"records":["CNAME <script>alert(2)</script>."]}]}
                """);

        String html = text(scene.open(link(scene, certificate)));

        assertThat(html)
                .doesNotContain("<img", "<script", "ns<1>")
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("CNAME &lt;script&gt;alert(2)&lt;/script&gt;.")
                .contains("DNSSEC: bogus");
    }

    @StoreTest
    void whatIsWrongOnOurSideIsNotToldToTheOwnerOfAName(Database database) {
        var scene = new RestScene(database);
        Certificate certificate = scene.request("shop.example");
        store(
                database,
                "{\"cause\":\"LOOK_FAILED\",\"words\":\"connection to 10.0.0.1 refused\",\"dnssec\":\"UNCHECKED\"}");

        String html = text(scene.open(link(scene, certificate)));

        assertThat(html)
                .doesNotContain("10.0.0.1")
                .contains("not yours. The service that gave you this link has to act.");
    }

    @StoreTest
    void diagnosisIsInTheCertificatesAnswer(Database database) {
        var scene = new RestScene(database);
        scene.features.recordsAreShown(false);
        Certificate certificate = scene.request("shop.example");
        scene.features.advanceCertificates();
        String path = "/v1/certificates/" + certificate.id();

        var waiting = scene.get(path).path("proofs").path(0).path("diagnosis");
        assertThat(waiting.path("cause").textValue()).isEqualTo("RECORD_MISSING");
        assertThat(waiting.path("actor").textValue()).isEqualTo("NAME_OWNER");
        assertThat(waiting.path("servers").path(0).textValue()).isEqualTo("ns.example");

        scene.features.recordsAreShown(true);
        scene.features.clock.advance(Duration.ofSeconds(1));
        scene.features.settleCertificates();
        var proven = scene.get(path).path("proofs").path(0).path("diagnosis");
        assertThat(proven.path("cause").textValue()).isEqualTo("NONE");
        assertThat(proven.path("actor").textValue()).isEqualTo("NOBODY");
        assertThat(proven.path("caa").path("verdict").textValue()).isEqualTo("ALLOWED");
    }

    private static void store(Database database, String diagnosis) {
        database.write(write ->
                write.handle().execute("UPDATE certificate_name SET diagnosis = ?", diagnosis));
    }

    private static String link(RestScene scene, Certificate certificate) {
        return scene.get("/v1/certificates/" + certificate.id() + "/status-link")
                .path("path")
                .textValue();
    }

    private static String text(HttpResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
