package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.testkit.EndpointHttp;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.AwsApi;
import dev.nameplate.wire.AwsEndpoint;
import dev.nameplate.wire.Credential;
import dev.nameplate.wire.Service;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.InvalidInputException;
import software.amazon.awssdk.services.lightsail.model.LightsailException;
import software.amazon.awssdk.services.lightsail.model.NotFoundException;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/// What AWS's reference page of CreateCertificate says, sentence by sentence, through the real SDK client.
final class CreateCertificatePageTest {
    private static final String KEY = "AKIDEXAMPLEEXAMPLE12";
    private static final String SECRET = "a secret of this test";

    private final TestStore store = TestStore.sqlite();
    private Door door;
    private EndpointHttp http;
    private LightsailClient lightsail;

    @BeforeEach
    void open() {
        door = new Door(store.database());
        var endpoint =
                new AwsEndpoint(
                        List.of(
                                new Service<>(
                                        AwsApi.LIGHTSAIL, LightsailClient.class, door.door::as)),
                        id ->
                                id.equals(KEY)
                                        ? Optional.of(new Credential("123456789012", KEY, SECRET))
                                        : Optional.empty(),
                        InstantSource.system(),
                        () -> UUID.randomUUID().toString(),
                        AwsEndpoint.Settings.defaults());
        http = new EndpointHttp(endpoint);
        lightsail = client(Region.US_EAST_1, KEY, SECRET);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void createsACertificateForADistributionWhichAttachesItOnceValid() {
        create("site", "example.com");
        lightsail.createDistribution(r ->
                r.distributionName("shop")
                        .bundleId("small_1_0")
                        .origin(o -> o.name("192.0.2.7:8080").regionName("us-east-1"))
                        .defaultCacheBehavior(c -> c.behavior("cache")));
        door.features.deployAll();
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> attach("site"))
                .withMessageContaining("validated certificate");
        door.features.settleCertificates();
        assertThat(
                        lightsail
                                .getCertificates(r -> r.certificateName("site"))
                                .certificates()
                                .getFirst()
                                .certificateDetail()
                                .status())
                .isEqualTo(CertificateStatus.ISSUED);
        attach("site");
        assertThat(
                        lightsail
                                .getDistributions(r -> r.distributionName("shop"))
                                .distributions()
                                .getFirst()
                                .alternativeDomainNames())
                .containsExactly("example.com");
    }

    @Test
    void onlyCertificatesCreatedInUsEast1CanBeAttached() {
        client(Region.EU_WEST_1, KEY, SECRET)
                .createCertificate(r -> r.certificateName("irish").domainName("example.ie"));
        door.deployedDistribution("shop");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> attach("irish"))
                .withMessageContaining("Only certificates created in the us-east-1 Region");
    }

    @Test
    void domainAndDistributionApisAreOnlyAvailableInUsEast1() {
        LightsailClient ireland = client(Region.EU_WEST_1, KEY, SECRET);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ireland.getDistributions(_ -> {}))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("UnsupportedOperation"))
                .withMessageContaining("only available in the us-east-1 Region");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ireland.createDomain(r -> r.domainName("example.com")))
                .withMessageContaining("only available in the us-east-1 Region");
    }

    @Test
    void certificateNameAndDomainNameAreRequired() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> lightsail.createCertificate(r -> r.domainName("example.com")));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> lightsail.createCertificate(r -> r.certificateName("site")));
        create("site", "example.com");
    }

    @Test
    void nineAlternateDomainsAndNoWildcard() {
        create("nine", "example.com", names(9));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> create("ten", "example.com", names(10)))
                .withMessageContaining("maximum of nine alternate domains")
                .satisfies(refusal -> assertThat(refusal.statusCode()).isEqualTo(400));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> create("wild", "example.com", "*.example.com"))
                .withMessageContaining("not supported");
    }

    @Test
    void tagsAreAddedDuringCreateAndAfterwardsByTagResource() {
        lightsail.createCertificate(
                r -> r.certificateName("site").domainName("example.com").tags(tag("a", "1")));
        lightsail.tagResource(r -> r.resourceName("site").tags(tag("b", "2")));
        assertThat(
                        lightsail
                                .getCertificates(r -> r.certificateName("site"))
                                .certificates()
                                .getFirst()
                                .tags())
                .containsExactly(tag("a", "1"), tag("b", "2"));
    }

    @Test
    void theAnswerIsHttp200WithTheMembersOfThePage() throws IOException {
        lightsail.createCertificate(r ->
                r.certificateName("site")
                        .domainName("example.com")
                        .subjectAlternativeNames("www.example.com")
                        .tags(tag("a", "1")));
        assertThat(http.lastAnswer().status()).isEqualTo(200);
        JsonNode answer = new ObjectMapper().readTree(http.lastAnswer().body());
        assertThat(names(answer)).containsExactlyInAnyOrder("certificate", "operations");
        assertThat(names(answer.get("certificate")))
                .containsExactlyInAnyOrder(
                        "certificateArn",
                        "certificateName",
                        "domainName",
                        "certificateDetail",
                        "tags");
        JsonNode detail = answer.get("certificate").get("certificateDetail");
        assertThat(names(detail))
                .containsExactlyInAnyOrder(
                        "arn",
                        "createdAt",
                        "domainName",
                        "domainValidationRecords",
                        "eligibleToRenew",
                        "inUseResourceCount",
                        "keyAlgorithm",
                        "name",
                        "status",
                        "subjectAlternativeNames",
                        "supportCode",
                        "tags");
        assertThat(detail.get("createdAt").isNumber()).isTrue();
        assertThat(names(detail.get("domainValidationRecords").get(0)))
                .containsExactlyInAnyOrder(
                        "dnsRecordCreationState",
                        "domainName",
                        "resourceRecord",
                        "validationStatus");
        assertThat(names(answer.get("operations").get(0)))
                .containsExactlyInAnyOrder(
                        "createdAt",
                        "id",
                        "isTerminal",
                        "location",
                        "operationType",
                        "resourceName",
                        "resourceType",
                        "status",
                        "statusChangedAt");

        door.features.settleCertificates();
        lightsail.getCertificates(r -> r.certificateName("site"));
        JsonNode issued =
                new ObjectMapper()
                        .readTree(http.lastAnswer().body())
                        .get("certificates")
                        .get(0)
                        .get("certificateDetail");
        assertThat(names(issued))
                .contains("issuedAt", "issuerCA", "notAfter", "notBefore", "serialNumber");
    }

    @Test
    void theErrorsAreThoseOfThePage() {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> lightsail.deleteCertificate(r -> r.certificateName("none")))
                .satisfies(refusal -> assertThat(refusal.statusCode()).isEqualTo(400));
        create("site", "example.com");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> create("site", "example.com"))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("NameExists"))
                .withMessageContaining("Some names are already in use: site");
        LightsailClient forger = client(Region.US_EAST_1, KEY, "another secret");
        assertThatExceptionOfType(LightsailException.class)
                .isThrownBy(() -> forger.getCertificates(_ -> {}))
                .satisfies(refusal -> assertThat(refusal.statusCode()).isBetween(400, 403));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> lightsail.getInstances(_ -> {}))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("UnsupportedOperation"));
    }

    private void create(String name, String domain, String... alternates) {
        lightsail.createCertificate(r ->
                r.certificateName(name).domainName(domain).subjectAlternativeNames(alternates));
    }

    private void attach(String certificate) {
        lightsail.attachCertificateToDistribution(
                r -> r.distributionName("shop").certificateName(certificate));
    }

    private LightsailClient client(Region region, String key, String secret) {
        return LightsailClient.builder()
                .httpClient(http)
                .region(region)
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .build();
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static String[] names(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "a" + i + ".example.com")
                .toArray(String[]::new);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
