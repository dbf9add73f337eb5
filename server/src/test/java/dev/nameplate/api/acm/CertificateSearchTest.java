package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.codec.Document;

import org.junit.jupiter.api.Tag;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.CertificateExport;
import software.amazon.awssdk.services.acm.model.InvalidArnException;
import software.amazon.awssdk.services.acm.model.ValidationException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

@Tag("slow")
final class CertificateSearchTest {
    private static final List<String> SORT_KEYS =
            List.of(
                    "CREATED_AT",
                    "NOT_AFTER",
                    "STATUS",
                    "RENEWAL_STATUS",
                    "EXPORTED",
                    "IN_USE",
                    "NOT_BEFORE",
                    "KEY_ALGORITHM",
                    "TYPE",
                    "CERTIFICATE_ARN",
                    "COMMON_NAME",
                    "REVOKED_AT",
                    "RENEWAL_ELIGIBILITY",
                    "ISSUED_AT",
                    "MANAGED_BY",
                    "EXPORT_OPTION",
                    "VALIDATION_METHOD",
                    "IMPORTED_AT");

    /// One of each kind, by what it is.
    private static final class Scene {
        final AcmDoor door;
        final String served;
        final String exported;
        final String revoked;
        final String pending;
        final String imported;
        final Instant servedUntil;

        Scene(Database database) {
            door = new AcmDoor(database);
            served = door.request("served.example.com", "*.served.example.com");
            exported =
                    door.acm
                            .requestCertificate(r ->
                                    r.domainName("exported.example.org")
                                            .keyAlgorithm("EC_prime256v1")
                                            .options(o -> o.export(CertificateExport.ENABLED)))
                            .certificateArn();
            revoked = door.request("revoked.example.com");
            door.features.settleCertificates();
            servedUntil = door.describe(served).notAfter();
            database.write(write -> {
                door.features.certificates.use(write, id(served), "distribution/E1");
                return true;
            });
            door.acm.exportCertificate(
                    r -> r.certificateArn(exported).passphrase(SdkBytes.fromUtf8String("four")));
            door.acm.revokeCertificate(
                    r -> r.certificateArn(revoked).revocationReason("SUPERSEDED"));
            door.features.clock.advance(Duration.ofHours(1));
            pending = door.request("pending.example.net");
            imported =
                    door.importOf(
                            new TestCa(door.features.clock.instant())
                                    .issue("Imported.Example.net"));
        }
    }

    @StoreTest
    void everyFilterFindsWhatItSays(Database database) {
        var scene = new Scene(database);
        String serial = scene.door.describe(scene.exported).serial();
        found(scene, "{\"CertificateArn\":\"" + scene.served + "\"}", scene.served);
        found(scene, "{\"CertificateArn\":\"" + scene.served.replace("us-east", "eu-west") + "\"}");
        attribute(scene, subject("EQUALS", "exported.example.org"), scene.exported);
        attribute(scene, subject("EQUALS", "pending.example.net"), scene.pending);
        attribute(scene, subject("CONTAINS", "EXAMPLE.COM"), scene.served, scene.revoked);
        attribute(scene, name("EQUALS", "*.served.example.com"), scene.served);
        attribute(scene, name("CONTAINS", "example.net"), scene.pending, scene.imported);
        attribute(scene, name("CONTAINS", "%"));
        attribute(scene, name("CONTAINS", "_"));
        attribute(
                scene,
                "\"ExtendedKeyUsage\":\"TLS_WEB_SERVER_AUTHENTICATION\"",
                scene.served,
                scene.exported,
                scene.revoked);
        attribute(scene, "\"ExtendedKeyUsage\":\"CUSTOM\"");
        attribute(scene, "\"ExtendedKeyUsage\":\"NONE\"", scene.imported);
        attribute(scene, "\"KeyUsage\":\"KEY_ENCIPHERMENT\"", scene.served, scene.revoked);
        attribute(scene, "\"KeyUsage\":\"CRL_SIGNING\"");
        attribute(scene, "\"KeyAlgorithm\":\"EC_prime256v1\"", scene.exported, scene.imported);
        attribute(scene, "\"SerialNumber\":\"" + serial + "\"", scene.exported);
        long end = scene.servedUntil.getEpochSecond();
        attribute(
                scene,
                "\"NotAfter\":{\"Start\":" + end + ",\"End\":" + end + "}",
                scene.served,
                scene.exported,
                scene.revoked);
        attribute(scene, "\"NotAfter\":{\"End\":" + (end - 400 * 86400) + "}");
        attribute(
                scene,
                "\"NotBefore\":{\"Start\":0}",
                scene.served,
                scene.exported,
                scene.revoked,
                scene.imported);
        metadata(scene, "\"Status\":\"REVOKED\"", scene.revoked);
        metadata(scene, "\"Status\":\"PENDING_VALIDATION\"", scene.pending);
        metadata(scene, "\"Status\":\"ISSUED\"", scene.served, scene.exported, scene.imported);
        metadata(scene, "\"Status\":\"INACTIVE\"");
        metadata(scene, "\"RenewalStatus\":\"FAILED\"");
        metadata(scene, "\"Type\":\"IMPORTED\"", scene.imported);
        metadata(scene, "\"Type\":\"PRIVATE\"");
        metadata(scene, "\"InUse\":true", scene.served);
        metadata(
                scene,
                "\"InUse\":false",
                scene.exported,
                scene.revoked,
                scene.pending,
                scene.imported);
        metadata(scene, "\"Exported\":true", scene.exported);
        metadata(scene, "\"ExportOption\":\"ENABLED\"", scene.exported);
        metadata(
                scene,
                "\"ExportOption\":\"DISABLED\"",
                scene.served,
                scene.revoked,
                scene.pending,
                scene.imported);
        metadata(scene, "\"ManagedBy\":\"CLOUDFRONT\"");
        metadata(
                scene,
                "\"ValidationMethod\":\"DNS\"",
                scene.served,
                scene.exported,
                scene.revoked,
                scene.pending);
        metadata(scene, "\"ValidationMethod\":\"EMAIL\"");
    }

    @StoreTest
    void statementsNest(Database database) {
        var scene = new Scene(database);
        String inUse = filter("\"AcmCertificateMetadataFilter\":{\"InUse\":true}");
        String imported = filter("\"AcmCertificateMetadataFilter\":{\"Type\":\"IMPORTED\"}");
        String com = filter("\"X509AttributeFilter\":{" + subject("CONTAINS", ".com") + "}");
        String ends = filter("\"X509AttributeFilter\":{\"NotAfter\":{\"Start\":0}}");
        statement(scene, "{\"And\":[" + com + "," + not(inUse) + "]}", scene.revoked);
        statement(scene, "{\"Or\":[" + imported + "," + inUse + "]}", scene.served, scene.imported);
        // What has no end yet is not within any range, and so is in its complement.
        statement(scene, not(ends), scene.pending);
        statement(
                scene,
                not("{\"Or\":[" + not(not(inUse)) + "," + not(ends) + "," + imported + "]}"),
                scene.exported,
                scene.revoked);
    }

    @StoreTest
    void pagesFollowEachOtherInEveryOrder(Database database) {
        var scene = new Scene(database);
        List<String> all =
                List.of(scene.served, scene.exported, scene.revoked, scene.pending, scene.imported);
        for (String key : SORT_KEYS) {
            List<String> up = pages(scene, key, "ASCENDING");
            List<String> down = pages(scene, key, "DESCENDING");
            assertThat(up).as(key).containsExactlyInAnyOrderElementsOf(all);
            Collections.reverse(down);
            assertThat(down).as(key).isEqualTo(up);
        }
        assertThat(pages(scene, "COMMON_NAME", "ASCENDING"))
                .containsExactly(
                        scene.exported, scene.imported, scene.pending, scene.revoked, scene.served);
        assertThat(pages(scene, "REVOKED_AT", "DESCENDING").getFirst()).isEqualTo(scene.revoked);
        assertThat(pages(scene, "NOT_AFTER", "ASCENDING").getFirst()).isEqualTo(scene.pending);
    }

    @StoreTest
    void aResultTellsTheCertificateAndWhatAcmKnowsOfIt(Database database) {
        var scene = new Scene(database);
        Map<?, ?> served = result(scene, scene.served);
        Map<?, ?> attributes = map(served, "X509Attributes");
        assertThat((Object) attributes.get("Subject"))
                .isEqualTo(Map.of("CommonName", "served.example.com"));
        assertThat((Object) attributes.get("SubjectAlternativeNames"))
                .isEqualTo(
                        List.of(
                                Map.of("DnsName", "served.example.com"),
                                Map.of("DnsName", "*.served.example.com")));
        assertThat((Object) attributes.get("NotAfter")).isEqualTo(scene.servedUntil);
        assertThat((Object) attributes.get("KeyUsages"))
                .isEqualTo(List.of("DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"));
        assertThat(map(attributes, "Issuer").containsKey("CommonName")).isTrue();
        assertThat(known(served).get("InUse")).isEqualTo(true);
        assertThat(known(served).get("RenewalEligibility")).isEqualTo("ELIGIBLE");
        assertThat(known(result(scene, scene.pending)).get("IssuedAt")).isNull();
        assertThat(known(result(scene, scene.imported)).get("ImportedAt")).isNotNull();
        assertThat(known(result(scene, scene.imported)).get("ValidationMethod")).isNull();
        assertThat(known(result(scene, scene.revoked)).get("RevokedAt")).isNotNull();
        // What the wire would refuse to write is a fault of ours.
        SearchFilterJson.response().with(search(scene.door, "{}"));
        assertThat(search(scene.door, "eu-west-1", "{}").get("Results")).isEqualTo(List.of());
    }

    @StoreTest
    void whatIsNotOfTheGrammarIsRefused(Database database) {
        var door = new AcmDoor(database);
        refused(door, "{}", "none of the members And, Or, Not, Filter");
        refused(
                door,
                "{\"Filter\":{\"CertificateArn\":\"arn:aws:acm:us-east-1:123456789012:certificate/x\"},"
                        + "\"Not\":{}}",
                "more than one of the members");
        refused(door, "{\"Filter\":{}}", "none of the members CertificateArn");
        refused(door, "{\"Filter\":{\"X509AttributeFilter\":{}}}", "none of the members Subject");
        refused(
                door,
                "{\"Filter\":{\"X509AttributeFilter\":{\"NotAfter\":{}}}}",
                "A time range needs");
        refused(
                door,
                "{\"Filter\":{\"AcmCertificateMetadataFilter\":{\"InUse\":true,\"Exported\":true}}}",
                "more than one");
        String filter = filter("\"AcmCertificateMetadataFilter\":{\"InUse\":true}");
        String fifteen = "{\"Or\":[" + String.join(",", Collections.nCopies(15, filter)) + "]}";
        refused(
                door,
                "{\"And\":[" + String.join(",", Collections.nCopies(14, fifteen)) + "]}",
                "no more than 200 filters");
        AcmDoor.assertRefused(
                () ->
                        search(
                                door,
                                "{\"FilterStatement\":{\"Filter\":{\"CertificateArn\":"
                                        + "\"arn:aws:acm:us-east-1:123456789012:thing/x\"}}}"),
                InvalidArnException.class,
                "Invalid ARN");
        AcmDoor.assertRefused(
                () -> search(door, "{\"NextToken\":\"bm9uc2Vuc2U\"}"),
                ValidationException.class,
                "NextToken is not valid");
    }

    private static void refused(AcmDoor door, String statement, String words) {
        AcmDoor.assertRefused(
                () -> search(door, "{\"FilterStatement\":" + statement + "}"),
                ValidationException.class,
                words);
    }

    private static String subject(String operator, String value) {
        return "\"Subject\":{\"CommonName\":" + comparison(operator, value) + "}";
    }

    private static String name(String operator, String value) {
        return "\"SubjectAlternativeName\":{\"DnsName\":" + comparison(operator, value) + "}";
    }

    private static String comparison(String operator, String value) {
        return "{\"ComparisonOperator\":\"" + operator + "\",\"Value\":\"" + value + "\"}";
    }

    private static String filter(String body) {
        return "{\"Filter\":{" + body + "}}";
    }

    private static String not(String statement) {
        return "{\"Not\":" + statement + "}";
    }

    private static void attribute(Scene scene, String body, String... arns) {
        found(scene, "{\"X509AttributeFilter\":{" + body + "}}", arns);
    }

    private static void metadata(Scene scene, String body, String... arns) {
        found(scene, "{\"AcmCertificateMetadataFilter\":{" + body + "}}", arns);
    }

    private static void found(Scene scene, String filter, String... arns) {
        statement(scene, "{\"Filter\":" + filter + "}", arns);
    }

    private static void statement(Scene scene, String statement, String... arns) {
        assertThat(arns(search(scene.door, "{\"FilterStatement\":" + statement + "}")))
                .as(statement)
                .containsExactlyInAnyOrder(arns);
    }

    private static List<String> pages(Scene scene, String key, String order) {
        List<String> arns = new ArrayList<>();
        Optional<Object> token = Optional.empty();
        do {
            Map<String, ?> page =
                    search(
                            scene.door,
                            "{\"MaxResults\":2,\"SortBy\":\"%s\",\"SortOrder\":\"%s\"%s}"
                                    .formatted(
                                            key,
                                            order,
                                            token.map(t -> ",\"NextToken\":\"" + t + "\"")
                                                    .orElse("")));
            arns.addAll(arns(page));
            token = Optional.ofNullable(page.get("NextToken"));
        } while (token.isPresent());
        return arns;
    }

    private static Map<?, ?> result(Scene scene, String arn) {
        Map<String, ?> answer =
                search(
                        scene.door,
                        "{\"FilterStatement\":{\"Filter\":{\"CertificateArn\":\"" + arn + "\"}}}");
        return (Map<?, ?>) Objects.requireNonNull(results(answer).getFirst());
    }

    private static Map<?, ?> known(Map<?, ?> result) {
        return map(map(result, "CertificateMetadata"), "AcmCertificateMetadata");
    }

    private static Map<?, ?> map(Map<?, ?> from, String member) {
        return (Map<?, ?>) Objects.requireNonNull(from.get(member));
    }

    private static List<?> results(Map<String, ?> answer) {
        return (List<?>) Objects.requireNonNull(answer.get("Results"));
    }

    private static List<String> arns(Map<String, ?> answer) {
        return results(answer).stream()
                .map(result -> (String) ((Map<?, ?>) result).get("CertificateArn"))
                .toList();
    }

    private static Map<String, ?> search(AcmDoor door, String json) {
        return search(door, "us-east-1", json);
    }

    private static Map<String, ?> search(AcmDoor door, String region, String json) {
        return Objects.requireNonNull(door.door.documents().get("SearchCertificates"))
                .call(TestFeatures.caller(region), request(json));
    }

    private static Document request(String json) {
        return SearchFilterJson.request(json.getBytes(UTF_8));
    }

    private static CertificateId id(String arn) {
        return new CertificateId(UUID.fromString(arn.substring(arn.lastIndexOf('/') + 1)));
    }
}
