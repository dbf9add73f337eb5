package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.api.rest.RestApi;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Master;
import org.xbill.DNS.Record;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class JobRecordsTest {
    private final ApiScene scene = new ApiScene();
    private final RestApi api =
            new RestApi(
                    key -> Optional.of(SaasScene.ACCOUNT),
                    new JobRoutes(scene.saas.jobs, scene.checks).all());

    @AfterEach
    void close() {
        scene.close();
    }

    private String job() {
        scene.saas.acm.holdBack("slow.example.com");
        String id =
                scene.saas
                        .create("a.example.com *.b.example.com", "slow.example.com", "example.com")
                        .value();
        scene.saas.tick();
        return "/v1/jobs/" + id + "/records";
    }

    private HttpResponse get(String path, String query, String accept) {
        HttpResponse answer =
                api.handle(
                        new HttpRequest(
                                "GET",
                                path,
                                query,
                                Headers.of("x-api-key", "k").with("Accept", accept),
                                new byte[0]));
        return answer;
    }

    @Test
    void allRecordsAreOneJsonDocument() {
        String records = job();
        JsonNode all = ApiScene.json(get(records, "format=json", "*/*"));
        JsonNode page = ApiScene.json(get(records, "", "application/json"));
        assertThat(all.get("records")).isEqualTo(page.get("records")).isNotEmpty();
    }

    @Test
    void aZoneFileIsReadByDnsjavaAndSaysTheSame() throws IOException {
        String records = job();
        HttpResponse zone = get(records, "", "text/dns");
        assertThat(zone.headers().first("Content-Type").orElseThrow()).startsWith("text/dns");
        List<String> read = new ArrayList<>();
        try (Master master = new Master(new ByteArrayInputStream(zone.body()))) {
            for (Record each = master.nextRecord(); each != null; each = master.nextRecord()) {
                read.add(each.getName() + " " + each.rdataToString());
                assertThat(each.getTTL()).isEqualTo(300);
            }
        }
        List<String> wanted = new ArrayList<>();
        ApiScene.json(get(records, "format=json", "*/*"))
                .get("records")
                .forEach(each -> wanted.add(text(each, "name") + " " + text(each, "value")));
        assertThat(wanted.removeIf(each -> each.startsWith("example.com. d"))).isTrue();
        assertThat(read)
                .as("all but the CNAME that the top of a zone cannot have")
                .containsExactlyElementsOf(wanted)
                .anyMatch(each -> each.startsWith("*.b.example.com. "));
        assertThat(ApiScene.text(zone)).contains("; example.com. 300 IN CNAME ");
    }

    @Test
    void aCsvIsReadBySpreadsheetsAndBeginsNoFormula() throws IOException {
        String records = job();
        HttpResponse csv = get(records, "format=csv", "application/json");
        assertThat(csv.headers().first("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(ApiScene.text(csv)).startsWith("entry,purpose,name,type,value\r\n");
        JsonNode all = ApiScene.json(get(records, "format=json", "*/*")).get("records");
        try (CSVParser parser =
                CSVFormat.RFC4180
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .get()
                        .parse(new StringReader(ApiScene.text(csv)))) {
            List<CSVRecord> rows = parser.getRecords();
            assertThat(rows).hasSameSizeAs(all);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).get("value")).isEqualTo(text(all.get(i), "value"));
                assertThat(rows.get(i).get("entry")).isEqualTo(all.get(i).get("entry").asText());
            }
        }
        assertThat(JobRecords.inert("=cmd|' /C calc'!A0")).startsWith("'=");
        assertThat(JobRecords.inert("@SUM(1)")).startsWith("'@");
        assertThat(JobRecords.inert("_a.example.com.")).isEqualTo("_a.example.com.");
    }

    @Test
    void aFormThatIsNotKnownAndAPageOfAFormAreRefused() {
        String records = job();
        assertThat(get(records, "format=xml", "*/*").status()).isEqualTo(400);
        assertThat(get(records, "format=csv&limit=2", "*/*").status()).isEqualTo(400);
        assertThat(get("/v1/jobs/nope/records", "format=csv", "*/*").status()).isEqualTo(404);
    }

    private static String text(JsonNode record, String member) {
        return record.get(member).textValue();
    }
}
