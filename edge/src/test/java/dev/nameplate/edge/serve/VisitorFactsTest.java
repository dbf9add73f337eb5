package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

@ExtendWith(NoLeaks.class)
final class VisitorFactsTest {
    @TempDir Path folder;

    private TestEdge edge(String table) throws Exception {
        Path file = Files.writeString(folder.resolve("countries.csv"), table);
        return new TestEdge(settings -> settings.countries(Optional.of(file)));
    }

    @Test
    void theOriginIsToldWhatItAsksForAndNothingForged() throws Exception {
        try (TestEdge edge = edge("127.0.0.0/8,AT\n")) {
            Selection headers =
                    Selection.allAnd(
                            "CloudFront-Viewer-Country",
                            "CloudFront-Viewer-Country-Name",
                            "CloudFront-Viewer-Address",
                            "CloudFront-Viewer-Http-Version",
                            "CloudFront-Viewer-TLS",
                            "CloudFront-Is-Mobile-Viewer",
                            "CloudFront-Is-Desktop-Viewer",
                            "CloudFront-Viewer-Header-Order",
                            "CloudFront-Viewer-Header-Count",
                            "CloudFront-Viewer-City");
            edge.serve(
                    "v.test",
                    edge.site(
                            "v.test",
                            edge.caching(
                                    Caching.off(
                                            new RequestParts(
                                                    headers, Selection.NONE, Selection.NONE)))));
            edge.get(
                    "v.test",
                    "/",
                    "User-Agent: Mobile Safari",
                    "CloudFront-Viewer-Country: XX",
                    "CloudFront-Is-Tablet-Viewer: true",
                    "CloudFront-Viewer-City: Forged");
            TestOrigin.Request seen = edge.origin().lastRequest();
            assertThat(seen.header("cloudfront-viewer-country")).contains("AT");
            assertThat(seen.header("cloudfront-viewer-country-name")).contains("Austria");
            assertThat(seen.header("cloudfront-viewer-address").orElseThrow())
                    .matches("127\\.0\\.0\\.1:\\d+");
            assertThat(seen.header("cloudfront-viewer-http-version")).contains("1.1");
            assertThat(seen.header("cloudfront-viewer-tls").orElseThrow())
                    .startsWith("TLSv1.3:TLS_AES_");
            assertThat(seen.header("cloudfront-is-mobile-viewer")).contains("true");
            assertThat(seen.header("cloudfront-is-desktop-viewer")).contains("false");
            assertThat(seen.header("cloudfront-is-tablet-viewer")).isEmpty();
            assertThat(seen.header("cloudfront-viewer-city")).isEmpty();
            assertThat(seen.header("cloudfront-viewer-header-count")).contains("5");
            assertThat(seen.header("cloudfront-viewer-header-order").orElseThrow())
                    .startsWith("Host:User-Agent:CloudFront-Viewer-Country");
            assertThat(seen.header("user-agent")).contains("Mobile Safari");
        }
    }

    @Test
    void aCountryInTheKeyTellsAnswersApart() throws Exception {
        try (TestEdge edge = edge("127.0.0.0/8,AT\n")) {
            edge.serve(
                    "v.test",
                    edge.site(
                            "v.test",
                            edge.caching(
                                    Caching.standard(
                                            new RequestParts(
                                                    Selection.only(
                                                            "CloudFront-Viewer-Country",
                                                            "CloudFront-Is-Mobile-Viewer"),
                                                    Selection.NONE,
                                                    Selection.NONE)))));
            edge.get("v.test", "/", "User-Agent: Desktop");
            edge.get("v.test", "/", "User-Agent: Another desktop");
            edge.get("v.test", "/", "User-Agent: Mobile");
            assertThat(edge.origin().requests()).hasSize(2);
            assertThat(edge.origin().lastRequest().header("cloudfront-viewer-country"))
                    .contains("AT");
        }
    }

    @Test
    void traceContextIsPassedOnUntouchedEvenWhereAnswersAreKept() throws Exception {
        try (TestEdge edge = new TestEdge()) {
            edge.serve("v.test");
            String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
            edge.get(
                    "v.test",
                    "/",
                    "traceparent: " + parent,
                    "tracestate: a=1",
                    "X-Other: x",
                    "Proxy-Anything: x");
            TestOrigin.Request seen = edge.origin().lastRequest();
            assertThat(seen.header("traceparent")).contains(parent);
            assertThat(seen.header("tracestate")).contains("a=1");
            assertThat(seen.header("x-other")).isEmpty();
            assertThat(seen.header("proxy-anything")).isEmpty();
        }
    }

    @Test
    void countriesAreServedOrNotAsTheSiteSaysAndUnknownOnesAre() throws Exception {
        try (TestEdge edge = edge("127.0.0.0/8,AT\n")) {
            assertThat(status(edge, GeoRestriction.Kind.ONLY, "AT", "DE")).isEqualTo(200);
            assertThat(status(edge, GeoRestriction.Kind.ONLY, "DE")).isEqualTo(403);
            assertThat(status(edge, GeoRestriction.Kind.ALL_BUT, "AT")).isEqualTo(403);
            assertThat(status(edge, GeoRestriction.Kind.ALL_BUT, "DE")).isEqualTo(200);
        }
        try (TestEdge edge = edge("10.0.0.0/8,AT\n")) {
            assertThat(status(edge, GeoRestriction.Kind.ONLY, "AT")).isEqualTo(200);
        }
    }

    private static int status(TestEdge edge, GeoRestriction.Kind kind, String... countries)
            throws Exception {
        Site site = edge.site("g.test", edge.passing());
        edge.serve(
                "g.test",
                site.toBuilder()
                        .geoRestriction(Optional.of(new GeoRestriction(kind, Set.of(countries))))
                        .errorAnswers(
                                Map.of(
                                        403,
                                        new ErrorAnswer(
                                                403,
                                                Optional.of(new ErrorAnswer.Page("/sorry", 403)),
                                                Duration.ZERO)))
                        .build());
        edge.edge().changed("dist-g.test", Set.of());
        RawClient.Answer answer = edge.get("g.test", "/");
        assertThat(answer.text()).isEqualTo(answer.status() == 403 ? "hello /sorry" : "hello /");
        return answer.status();
    }
}
