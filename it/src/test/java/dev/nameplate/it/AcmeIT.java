package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Certificates from Pebble, which has no other DNS than ours: it sees what the standing records lead to, or nothing.
@Tag("slow")
final class AcmeIT {
    private static final String ZONE = "nameplate-shop.com";

    @TempDir private static Path folder;

    private static Pebble rough;
    private static OriginServer origin;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        AcmeStage stage = new AcmeStage(folder);
        rough =
                stage.pebble()
                        .nonceReject(50)
                        .authorizationReuse(50)
                        .sleeps(Duration.ofSeconds(2))
                        .start(stage.folder("rough"));
        stage.issuer("rough", rough.directory(), rough.tls().root());
        origin = OriginServer.start();
        server = stage.start();
        AcmeStage.host(server, ZONE);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (origin != null) {
            origin.close();
        }
        if (rough != null) {
            rough.close();
        }
    }

    /// Half of all nonces are refused, half of the authorizations count again, and validation takes its time.
    @Test
    void apexAndWildcardAreProvenByOneRecordAndServed() {
        List<String> names = List.of(ZONE, "*." + ZONE);
        String arn = AcmeStage.request(server, "rough", names);
        assertThat(AcmeStage.awaitIssued(server, arn).issuer()).isNotBlank();
        AcmeStage.serve(server, arn, names, origin);
        Visitor visitor = new Visitor(server, rough.root(0));
        assertThat(visitor.fetchWhenServed(ZONE, "/").body()).isEqualTo(OriginServer.page("/"));
        assertThat(visitor.fetch("any." + ZONE, "/a").status()).isEqualTo(200);
        assertThat(rough.orders()).isEqualTo(1);
        assertThat(rough.certificates()).isEqualTo(1);
    }
}
