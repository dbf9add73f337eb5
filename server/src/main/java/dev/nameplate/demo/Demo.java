package dev.nameplate.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;

/// Does the main job three times over, only through the public doors, and checks every step: a certificate and a
/// distribution through Lightsail, a job that creates, a job that imports. A step that cannot be verified ends the demo.
public final class Demo implements AutoCloseable {
    private final Visit visit;
    private final Transcript transcript;
    private final Patience patience;
    private final ForeignCa foreign;
    private final DemoOrigin origin;

    /// @param foreign whose root the server trusts
    /// @param pause how to wait between two looks at the server
    public Demo(
            Visit visit,
            PrintStream out,
            boolean terminal,
            InstantSource clock,
            ForeignCa foreign,
            Pause pause)
            throws IOException {
        this.origin = DemoOrigin.start();
        this.visit = visit;
        this.transcript = new Transcript(out, terminal, clock);
        this.patience = new Patience(clock, pause);
        this.foreign = foreign;
    }

    /// Waits a moment.
    @FunctionalInterface
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    /// @return whether every step was verified
    public boolean run() throws IOException, InterruptedException {
        transcript.title("Nameplate: from a name to a verified HTTPS answer");
        transcript.line("   API   " + visit.api());
        transcript.line("   edge  " + visit.edgeHttps());
        transcript.line("   DNS   " + visit.dns() + " (UDP and TCP)");
        try (Clients clients = Clients.of(visit)) {
            VerifiedFetch ours = new VerifiedFetch(visit.edge(), visit.caRoot());
            VerifiedFetch theirs = new VerifiedFetch(visit.edge(), foreign.root());
            new LightsailStep(clients, ours, origin, transcript, patience, visit).run();
            SaasStep saas = new SaasStep(visit, clients, origin, transcript, patience);
            saas.makeTemplate();
            saas.create(ours);
            saas.importForeign(foreign, theirs);
            transcript.end("Every step was verified.");
            return true;
        } catch (Unverified e) {
            transcript.failure(String.valueOf(e.getMessage()));
            return false;
        }
    }

    /// What a user types next.
    ///
    /// @param serve the command that opens the same server on the same ports again
    /// @param running whether it is still up
    public void printNextSteps(String serve, boolean running) {
        transcript.line("");
        if (running) {
            transcript.line("The server stays up until Ctrl-C. Try:");
        } else {
            transcript.line(
                    "The server is stopped. Open it again, with something in place of the demo's origin, and try:");
            transcript.line("   python3 -m http.server --bind 127.0.0.1 " + origin.port() + " &");
            transcript.line("   " + serve);
        }
        transcript.line(
                "   curl --cacert %s --resolve %s:%d:%s https://%s:%d/"
                        .formatted(
                                visit.caRootFile(),
                                LightsailStep.PRIMARY,
                                visit.edgeHttps().getPort(),
                                visit.edgeHttps().getHost(),
                                LightsailStep.PRIMARY,
                                visit.edgeHttps().getPort()));
        // The keys were made for this throw-away folder: showing them is what makes the line ready
        // to use.
        transcript.line(
                "   AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_DEFAULT_REGION=us-east-1 aws --endpoint-url %s lightsail get-certificates"
                        .formatted(visit.accessKeyId(), visit.secretAccessKey(), visit.api()));
        transcript.line(
                "   curl -H 'x-api-key: %s' %s/ssl_for_saas/list_ssl_jobs"
                        .formatted(visit.apiKey(), visit.api()));
    }

    @Override
    public void close() {
        origin.close();
    }
}
