package dev.nameplate.api.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.shredzone.acme4j.Login;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.function.UnaryOperator;

/// What well-behaved clients never send: each is a problem document, with a nonce to go on with.
final class BadRequestsTest {
    private static final String NEW_ACCOUNT = Urls.ROOT + "/new-account";

    private final TestStore store = TestStore.sqlite();
    private final KeyPair keys = AcmeRig.newKeys();
    private AcmeRig rig;
    private RawClient client;

    @BeforeEach
    void start() {
        rig = new AcmeRig(store.database());
        client = new RawClient(rig);
    }

    @AfterEach
    void stop() {
        client.close();
        rig.close();
        store.close();
    }

    private static JsonNode assertProblem(HttpResponse<String> answer, int status, String type)
            throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type"))
                .contains("application/problem+json");
        assertThat(answer.headers().allValues("link"))
                .anyMatch(link -> link.endsWith(Urls.DIRECTORY + ">;rel=\"index\""));
        JsonNode problem = JsonMapper.builder().build().readTree(answer.body());
        assertThat(problem.path("type").asText()).isEqualTo("urn:ietf:params:acme:error:" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).isNotBlank();
        return problem;
    }

    private void assertRefused(String body, int status, String type) throws IOException {
        HttpResponse<String> answer = client.post(NEW_ACCOUNT, body);
        assertProblem(answer, status, type);
        assertThat(answer.headers().firstValue("replay-nonce")).isPresent();
    }

    private void assertHeaderRefused(UnaryOperator<ObjectNode> change, int status, String type)
            throws IOException {
        assertRefused(client.newAccount(keys, Jws.ES256, change), status, type);
    }

    /// What all the others differ from by one thing.
    @Test
    void wellFormedRequestReachesTheCall() throws IOException {
        assertHeaderRefused(header -> header, 400, "accountDoesNotExist");
    }

    @Test
    void ed25519Signs() throws Exception {
        KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertRefused(
                client.newAccount(ed25519, Jws.EDDSA, header -> header),
                400,
                "accountDoesNotExist");
    }

    @Test
    void nonceIsWantedAndGoodOnce() throws IOException {
        assertHeaderRefused(header -> header.put("nonce", "bm9uZQ"), 400, "badNonce");
        assertHeaderRefused(header -> header.without("nonce"), 400, "badNonce");
        String body = client.newAccount(keys, Jws.ES256, header -> header);
        assertRefused(body, 400, "accountDoesNotExist");
        assertRefused(body, 400, "badNonce");
    }

    @Test
    void nonceOfARefusalIsGood() throws IOException {
        HttpResponse<String> refused =
                client.post(
                        NEW_ACCOUNT,
                        client.newAccount(
                                keys, Jws.ES256, header -> header.put("nonce", "bm9uZQ")));
        String nonce = refused.headers().firstValue("replay-nonce").orElseThrow();
        assertHeaderRefused(header -> header.put("nonce", nonce), 400, "accountDoesNotExist");
    }

    @Test
    void urlIsTheOneItWasSentTo() throws IOException {
        assertHeaderRefused(
                header -> header.put("url", rig.url(Urls.ROOT + "/new-order")),
                403,
                "unauthorized");
        assertHeaderRefused(header -> header.without("url"), 400, "malformed");
    }

    @Test
    void onlySignaturesOfTheListAreTaken() throws IOException {
        for (String algorithm : List.of("none", "HS256", "ES512", "PS256", "RS1", "")) {
            HttpResponse<String> answer =
                    client.post(NEW_ACCOUNT, client.newAccount(keys, algorithm, header -> header));
            JsonNode problem = assertProblem(answer, 400, "badSignatureAlgorithm");
            assertThat(problem.path("algorithms").valueStream().map(JsonNode::asText))
                    .containsExactly("ES256", "ES384", "RS256", "EdDSA");
        }
    }

    @Test
    void algorithmGoesWithTheKey() throws IOException {
        // Signed by ES256, said to be ES384: nothing fits.
        ObjectNode header = client.header(Jws.ES256, NEW_ACCOUNT, keys);
        String signed = RawClient.jws(keys, header, "{}");
        String other =
                RawClient.base64(
                        header.put("alg", "ES384").toString().getBytes(StandardCharsets.UTF_8));
        ObjectNode body = AcmeJson.stored(signed);
        assertRefused(body.put("protected", other).toString(), 400, "malformed");
    }

    @Test
    void keyAndAccountAreNotNamedTogetherNorBothLeftOut() throws IOException {
        assertHeaderRefused(
                header -> header.put("kid", rig.url(Urls.ROOT + "/account/1")), 400, "malformed");
        assertHeaderRefused(header -> header.without("jwk"), 400, "malformed");
        assertHeaderRefused(
                header ->
                        header.<ObjectNode>without("jwk")
                                .put("kid", rig.url(Urls.ROOT + "/account/1")),
                400,
                "malformed");
        String path = Urls.ROOT + "/new-order";
        assertProblem(
                client.post(path, RawClient.jws(keys, client.header(Jws.ES256, path, keys), "{}")),
                400,
                "malformed");
    }

    @Test
    void unknownAccountIsSaidToBeNone() throws IOException {
        String path = Urls.ROOT + "/new-order";
        ObjectNode header =
                client.header(Jws.ES256, path, keys)
                        .<ObjectNode>without("jwk")
                        .put("kid", rig.url(Urls.ROOT + "/account/1"));
        assertProblem(
                client.post(path, RawClient.jws(keys, header, "{}")), 400, "accountDoesNotExist");
    }

    @Test
    void changedOrForeignSignatureIsNone() throws IOException {
        ObjectNode body = AcmeJson.stored(client.newAccount(keys, Jws.ES256, header -> header));
        assertRefused(body.put("payload", "e30").toString(), 400, "malformed");
        KeyPair other = AcmeRig.newKeys();
        assertRefused(
                RawClient.jws(other, client.header(Jws.ES256, NEW_ACCOUNT, keys), "{}"),
                400,
                "malformed");
    }

    @Test
    void jwsIsFlattenedAndHasNothingBesides() throws IOException {
        String body = client.newAccount(keys, Jws.ES256, header -> header);
        assertRefused("", 400, "malformed");
        assertRefused("null", 400, "malformed");
        assertRefused("[]", 400, "malformed");
        assertRefused("{}", 400, "malformed");
        assertRefused(body + "{}", 400, "malformed");
        assertRefused(AcmeJson.stored(body).put("header", "{}").toString(), 400, "malformed");
        assertRefused("{\"signatures\":[" + body + "]}", 400, "malformed");
        assertRefused(AcmeJson.stored(body).put("signature", "AA==").toString(), 400, "malformed");
        assertRefused(body.replaceFirst("\\{", "{\"payload\":\"\","), 400, "malformed");
        assertHeaderRefused(
                header -> {
                    header.putArray("crit").add("b64");
                    return header.put("b64", false);
                },
                400,
                "malformed");
    }

    @Test
    void privateOrUnusualKeyIsRefused() throws Exception {
        assertHeaderRefused(
                header -> {
                    ((ObjectNode) header.path("jwk")).put("d", "AQ");
                    return header;
                },
                400,
                "badPublicKey");
        assertHeaderRefused(
                header -> {
                    ((ObjectNode) header.path("jwk")).put("x", "AQ");
                    return header;
                },
                400,
                "badPublicKey");
        assertHeaderRefused(
                header -> {
                    header.set("jwk", AcmeJson.object().put("kty", "oct").put("k", "c2VjcmV0"));
                    return header;
                },
                400,
                "badPublicKey");
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        KeyPair small = weak.generateKeyPair();
        assertHeaderRefused(
                header -> {
                    header.set("jwk", RawClient.jwk(small));
                    return header;
                },
                400,
                "badPublicKey");
    }

    @Test
    void longBodyAndOtherTypeAreRefused() throws IOException {
        HttpResponse<String> answer =
                client.post(NEW_ACCOUNT, " ".repeat(AcmeServer.MAX_BODY) + "{}");
        assertProblem(answer, 413, "malformed");
        assertProblem(client.post(NEW_ACCOUNT, "{}", "application/json"), 415, "malformed");
    }

    @Test
    void whatIsReadByPostIsNotRead() throws IOException {
        HttpResponse<String> answer = client.get(Urls.ROOT + "/order/1");
        assertProblem(answer, 405, "malformed");
        assertThat(answer.headers().firstValue("allow")).contains("POST");
        assertProblem(client.get("/acme/other/directory"), 404, "malformed");
        assertProblem(client.get(Urls.ROOT + "/renewal-info/nothing"), 404, "malformed");
        assertProblem(client.get(Urls.ROOT + "/renewal-info/AA.AA"), 404, "malformed");
    }

    @Test
    void nonceComesByHeadAndByGet() throws IOException {
        HttpResponse<String> got = client.get(Urls.ROOT + "/new-nonce");
        assertThat(got.statusCode()).isEqualTo(204);
        assertThat(got.headers().firstValue("cache-control")).contains("no-store");
        HttpResponse<String> head =
                client.send(
                        HttpRequest.newBuilder(URI.create(rig.url(Urls.ROOT + "/new-nonce")))
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("replay-nonce")).isPresent();
    }

    @Test
    void headOfTheDirectoryHasNoBody() throws IOException {
        HttpResponse<String> head =
                client.send(
                        HttpRequest.newBuilder(URI.create(rig.url(Urls.DIRECTORY)))
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(client.get(Urls.DIRECTORY).body()).contains(rig.url(Urls.ROOT + "/new-order"));
    }

    @Test
    void failureOfOurOwnIsAProblemToo() throws IOException {
        String body = client.newAccount(keys, Jws.ES256, header -> header);
        store.database().write(write -> write.handle().execute("DROP TABLE enrolment_account"));
        HttpResponse<String> answer = client.post(NEW_ACCOUNT, body);
        assertProblem(answer, 500, "serverInternal");
        assertThat(answer.headers().firstValue("replay-nonce")).isPresent();
    }

    @Test
    void anothersOrderIsNotThere() throws Exception {
        Login owner = rig.login();
        URI order = owner.newOrder().domain("a.example.com").create().getLocation().toURI();
        Login other = rig.login(rig.credential("example.com"), keys);
        ObjectNode header =
                client.header(Jws.ES256, order.getPath(), keys)
                        .<ObjectNode>without("jwk")
                        .put("kid", other.getAccountLocation().toString());
        assertProblem(
                client.post(order.getPath(), RawClient.jws(keys, header, "")), 404, "malformed");
    }
}
