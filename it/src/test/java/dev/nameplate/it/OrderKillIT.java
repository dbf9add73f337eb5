package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// `kill -9` at every step of an order, before the authority has heard of it and before its answer came: after the restart there is
/// one order and one certificate, as the authority counts.
@Tag("slow")
final class OrderKillIT {
    private static final String ZONE = "nameplate-shop.com";
    private static final long STEP_SECONDS = 60;

    /// In the order in which they are taken. What only asks changes nothing at the authority, so it matters once.
    private static final List<Kill> KILLS =
            List.of(
                    new Kill(AcmeProxy.Step.NEW_ACCOUNT, AcmeProxy.Side.BEFORE_ITS_ANSWER),
                    new Kill(AcmeProxy.Step.NEW_ORDER, AcmeProxy.Side.BEFORE_IT_ARRIVES),
                    new Kill(AcmeProxy.Step.NEW_ORDER, AcmeProxy.Side.BEFORE_ITS_ANSWER),
                    new Kill(AcmeProxy.Step.AUTHORIZATION, AcmeProxy.Side.BEFORE_ITS_ANSWER),
                    new Kill(AcmeProxy.Step.CHALLENGE, AcmeProxy.Side.BEFORE_IT_ARRIVES),
                    new Kill(AcmeProxy.Step.CHALLENGE, AcmeProxy.Side.BEFORE_ITS_ANSWER),
                    new Kill(AcmeProxy.Step.ORDER, AcmeProxy.Side.BEFORE_ITS_ANSWER),
                    new Kill(AcmeProxy.Step.FINALIZE, AcmeProxy.Side.BEFORE_IT_ARRIVES),
                    new Kill(AcmeProxy.Step.FINALIZE, AcmeProxy.Side.BEFORE_ITS_ANSWER),
                    new Kill(AcmeProxy.Step.CERTIFICATE, AcmeProxy.Side.BEFORE_ITS_ANSWER));

    private record Kill(AcmeProxy.Step step, AcmeProxy.Side side) {}

    @TempDir private Path folder;

    @Test
    void aKilledOrderIsGoneOnWithAndNeverPlacedTwice() throws IOException {
        AcmeStage stage = new AcmeStage(folder);
        try (Pebble pebble = stage.pebble().start(stage.folder("pebble"));
                AcmeProxy proxy = AcmeProxy.before(pebble)) {
            stage.issuer("pebble", proxy.directory(), pebble.tls().root());
            RunningServer server = stage.start();
            try {
                AcmeStage.host(server, ZONE);
                int orders = 0;
                for (Kill kill : KILLS) {
                    server = killed(stage, server, pebble, proxy, kill);
                    orders++;
                    assertThat(proxy.forwarded(AcmeProxy.Step.NEW_ORDER))
                            .as("new orders after %s", kill)
                            .isEqualTo(orders);
                    assertThat(pebble.orders()).as("%s", kill).isEqualTo(orders);
                    assertThat(pebble.certificates()).as("%s", kill).isEqualTo(orders);
                }
                assertThat(pebble.lines(" accounts in memory")).isEqualTo(1);
                assertThat(BulkKillIT.audit(folder.resolve("data")))
                        .endsWith("everything fits together");
            } finally {
                server.close();
            }
        }
    }

    private static RunningServer killed(
            AcmeStage stage, RunningServer server, Pebble pebble, AcmeProxy proxy, Kill kill)
            throws IOException {
        AcmeProxy.Step step = kill.step();
        AcmeProxy.Side side = kill.side();
        String label = (step + "-" + side).toLowerCase(Locale.ROOT).replace('_', '-');
        long proven = pebble.lines("set VALID by completed challenge");
        CountDownLatch reached = proxy.hold(step, side);
        String arn = AcmeStage.request(server, "pebble", List.of(label + "." + ZONE));
        assertThat(AcmeProxy.reached(reached, STEP_SECONDS))
                .as("%s, %s, to be reached; the server's output: %s", step, side, server.log())
                .isTrue();
        if (step == AcmeProxy.Step.ORDER
                || (step == AcmeProxy.Step.CHALLENGE && side == AcmeProxy.Side.BEFORE_ITS_ANSWER)) {
            // Killed sooner, our DNS would be gone while the authority looks, and it would give up
            // the order.
            Await.until(
                    Duration.ofSeconds(STEP_SECONDS),
                    "Pebble to have looked",
                    () -> pebble.lines("set VALID by completed challenge") > proven);
        }
        server.kill();
        long killed = System.nanoTime();
        RunningServer again = stage.start("data", Map.of());
        AcmeStage.awaitIssued(again, arn);
        System.out.printf(
                "%s, %s: issued %d ms after the kill%n",
                step, side, (System.nanoTime() - killed) / 1_000_000);
        return again;
    }
}
