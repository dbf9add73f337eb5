package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.wire.codec.Document;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.acm.AcmClient;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An operation the SDK has no classes for: SearchCertificates, whose filter refers to itself.
final class DocumentOperationTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final SignedCalls ACM = SignedCalls.of(AwsApi.ACM, NOW);

    private final List<Document> asked = new ArrayList<>();
    private Map<String, ?> answer = Map.of();
    private final AwsEndpoint endpoint =
            new AwsEndpoint(
                    List.of(
                            new Service<>(
                                    AwsApi.ACM,
                                    AcmClient.class,
                                    _ -> {
                                        throw new AssertionError("the document operation is asked");
                                    },
                                    Map.of(
                                            "SearchCertificates",
                                            (caller, request) -> {
                                                assertThat(caller.region()).isEqualTo("us-east-1");
                                                asked.add(request);
                                                return answer;
                                            }))),
                    _ -> Optional.of(Clients.CREDENTIAL),
                    () -> NOW,
                    () -> "7d1f0000-0000-4000-8000-000000000000",
                    new AwsEndpoint.Settings(Duration.ofMinutes(5), 100_000, 20));

    @Test
    void membersAreReadByName() {
        ok(
                """
                {"MaxResults":7,"SortBy":"CREATED_AT","Unknown":{"a":[1]},
                 "FilterStatement":{"And":[
                   {"Not":{"Filter":{"AcmCertificateMetadataFilter":{"InUse":true}}}},
                   {"Filter":{"X509AttributeFilter":{"NotAfter":{"Start":1800000000.5}}}}]}}
                """);
        Document request = asked.getFirst();
        assertThat(request.number("MaxResults")).contains(7);
        assertThat(request.text("SortBy")).contains("CREATED_AT");
        assertThat(request.text("SortOrder")).isEmpty();
        List<Document> and =
                request.document("FilterStatement").orElseThrow().documents("And").orElseThrow();
        assertThat(
                        and.get(0)
                                .document("Not")
                                .flatMap(not -> not.document("Filter"))
                                .flatMap(filter -> filter.document("AcmCertificateMetadataFilter"))
                                .flatMap(filter -> filter.flag("InUse")))
                .contains(true);
        assertThat(
                        and.get(1)
                                .document("Filter")
                                .flatMap(filter -> filter.document("X509AttributeFilter"))
                                .flatMap(filter -> filter.document("NotAfter"))
                                .flatMap(range -> range.time("Start")))
                .contains(Instant.ofEpochMilli(1_800_000_000_500L));
    }

    @Test
    void answersAreWrittenByTheDescription() {
        answer =
                Map.of(
                        "NextToken",
                        "more",
                        "Results",
                        List.of(
                                Map.of(
                                        "CertificateArn",
                                        "arn",
                                        "X509Attributes",
                                        Map.of(
                                                "NotAfter",
                                                Instant.ofEpochSecond(1_800_000_000L),
                                                "KeyUsages",
                                                List.of("DIGITAL_SIGNATURE")))));
        assertThat(ok("{}"))
                .isEqualTo(
                        """
                        {"NextToken":"more","Results":[{"CertificateArn":"arn","X509Attributes":\
                        {"KeyUsages":["DIGITAL_SIGNATURE"],"NotAfter":1800000000}}]}\
                        """);
    }

    @Test
    void anAnswerThatIsNotDescribedIsAFaultOfOurs() {
        answer = Map.of("Found", "nothing");
        assertThat(
                        endpoint.handle(ACM.target("CertificateManager.SearchCertificates", "{}"))
                                .status())
                .isEqualTo(500);
    }

    @Test
    void constraintsAreTheModels() {
        refused("{\"MaxResults\":501}", "'maxResults' failed to satisfy constraint");
        refused("{\"SortBy\":\"SIZE\"}", "'sortBy' failed to satisfy constraint");
        refused(
                "{\"FilterStatement\":{\"Or\":[" + "{},".repeat(15) + "{}]}}",
                "'filterStatement.or' failed to satisfy constraint: Member must have length less");
        refused(
                """
                {"FilterStatement":{"Not":{"Filter":{"X509AttributeFilter":{"SerialNumber":"XY"}}}}}
                """,
                "'filterStatement.not.filter.x509AttributeFilter.serialNumber'");
        refused("{\"FilterStatement\":[]}", "START_ARRAY can not be converted to Structure");
    }

    private String ok(String body) {
        HttpResponse answered =
                endpoint.handle(ACM.target("CertificateManager.SearchCertificates", body));
        String text = new String(answered.body(), UTF_8);
        assertThat(answered.status()).as(text).isEqualTo(200);
        return text;
    }

    private void refused(String body, String words) {
        HttpResponse answered =
                endpoint.handle(ACM.target("CertificateManager.SearchCertificates", body));
        assertThat(answered.status()).isEqualTo(400);
        assertThat(new String(answered.body(), UTF_8)).contains(words);
        assertThat(asked).isEmpty();
    }
}
