package dev.nameplate;

import dev.nameplate.publish.EdgeCache;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Keeps the edge's own certificate fresh: what the edge has in memory never ends by itself, so it is told when there is a new
/// one. Each process has its own, as each makes its own key.
final class OwnNames implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnNames.class);

    /// Compares two times; a certificate is renewed weeks before its end.
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    /// No distribution has this id: only names are to be asked again.
    private static final String NO_DISTRIBUTION = "";

    private final OwnCertificate own;
    private final EdgeCache edge;
    private final Semaphore closing = new Semaphore(0);
    private final Thread thread;

    /// Touched by the thread alone, and by a test in its place.
    private String told;

    private OwnNames(OwnCertificate own, EdgeCache edge) {
        this.own = own;
        this.edge = edge;
        this.told = own.now().version();
        this.thread = Thread.ofVirtual().name("own-names").unstarted(this::keep);
    }

    static OwnNames of(OwnCertificate own, EdgeCache edge) {
        return new OwnNames(own, edge);
    }

    OwnNames start() {
        thread.start();
        return this;
    }

    /// Renews if it is time, and tells the edge.
    void look() {
        String version = own.now().version();
        if (!version.equals(told)) {
            edge.changed(NO_DISTRIBUTION, Set.copyOf(own.names()));
            told = version;
            LOG.info("our own certificate for {} is renewed", own.names());
        }
    }

    private void keep() {
        try {
            while (!closing.tryAcquire(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.error("our own certificate could not be looked after", e);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.release();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
