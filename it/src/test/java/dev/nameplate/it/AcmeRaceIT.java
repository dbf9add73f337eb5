package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.ValidationMethod;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Two processes on one PostgreSQL, both asked for the same at the same moment, both able to go on with any order.
@Tag("slow")
final class AcmeRaceIT {
    private static final String ZONE = "nameplate-shop.com";
    private static final int NAMES = 10;

    @TempDir private Path folder;

    @Test
    void twoNodesPlaceOneOrderForEachCertificate() throws IOException {
        AcmeStage stage = new AcmeStage(folder);
        try (PrivatePostgres postgres = PrivatePostgres.start();
                Pebble pebble = stage.pebble().start(stage.folder("pebble"));
                AcmeProxy proxy = AcmeProxy.before(pebble)) {
            stage.issuer("pebble", proxy.directory(), pebble.tls().root());
            Map<String, String> shared = new HashMap<>(postgres.settings());
            shared.put("NAMEPLATE_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
            Map<String, String> second = new HashMap<>(shared);
            for (String listener : List.of("DNS", "EDGE_HTTP", "EDGE_HTTPS")) {
                second.put("NAMEPLATE_" + listener + "_PORT", "0");
            }
            try (RunningServer one = stage.start("one", shared);
                    RunningServer other = stage.start("other", second);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                AcmeStage.host(one, ZONE);
                List<String> arns =
                        IntStream.range(0, NAMES)
                                .mapToObj(number ->
                                        Stream.of(one, other)
                                                .map(server ->
                                                        threads.submit(
                                                                () -> request(server, number)))
                                                .toList())
                                .flatMap(List::stream)
                                .map(AcmeRaceIT::result)
                                .toList();
                assertThat(arns.stream().distinct()).hasSize(NAMES);
                for (String arn : arns) {
                    AcmeStage.awaitIssued(other, arn);
                }
                assertThat(proxy.forwarded(AcmeProxy.Step.NEW_ORDER)).isEqualTo(NAMES);
                assertThat(pebble.orders()).isEqualTo(NAMES);
                assertThat(pebble.certificates()).isEqualTo(NAMES);
                assertThat(pebble.lines("There are now 1 accounts")).as(pebble.log()).isLessThan(2);
            }
        }
    }

    /// The token makes it one request, whoever answers.
    private static String request(RunningServer server, int number) {
        try (AcmClient acm = SdkClients.of(server).acm()) {
            return acm.requestCertificate(request ->
                            request.domainName("race-" + number + "." + ZONE)
                                    .validationMethod(ValidationMethod.DNS)
                                    .idempotencyToken("race" + number)
                                    .tags(
                                            List.of(
                                                    software.amazon.awssdk.services.acm.model.Tag
                                                            .builder()
                                                            .key("nameplate:issuer")
                                                            .value("pebble")
                                                            .build())))
                    .certificateArn();
        }
    }

    private static String result(Future<String> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
