package dev.nameplate.saas;

import dev.nameplate.names.DomainName;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The last step: every name of the entry shows the entry's certificate to a visitor.
final class VerifyStep {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ServingCheck serving;

    private final Duration limit;

    VerifyStep(Platform platform) {
        this.serving = platform.serving();
        this.limit = platform.servedWithin();
    }

    Progress verify(Entry entry, CertificateSteps certificates, Instant now) {
        Optional<Mismatch> mismatch = firstMismatch(entry, serialOf(entry.progress()));
        if (mismatch.isEmpty()) {
            return entry.progress().reached(EntryState.DONE, now);
        }
        Duration waited = Duration.between(entry.progress().since(), now);
        if (waited.compareTo(limit) > 0) {
            throw new StepRefused(
                    new Failure(
                            Stage.DISTRIBUTION, mismatch.get().sentence(), Failure.Actor.OPERATOR));
        }
        Duration pause = waited.dividedBy(2);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            pause = SHORTEST_PAUSE;
        }
        return entry.progress()
                .issued(certificates.serial(entry))
                .lookAgain(now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause));
    }

    private Optional<Mismatch> firstMismatch(Entry entry, BigInteger wanted) {
        Progress.Clone distribution = entry.progress().distribution().orElseThrow();
        for (DomainName name : entry.names()) {
            String host = name.isWildcard() ? "nameplate-check." + name.base() : name.ascii();
            Optional<String> served = serving.servedSerial(distribution, host);
            if (served.isEmpty() || !number(served.get()).equals(wanted)) {
                return Optional.of(new Mismatch(host, served));
            }
        }
        return Optional.empty();
    }

    private record Mismatch(String host, Optional<String> served) {
        String sentence() {
            return served.map(serial ->
                            "the edge shows another certificate for "
                                    + host
                                    + ", with serial number "
                                    + serial)
                    .orElse("the edge does not answer a TLS handshake for " + host);
        }
    }

    private static BigInteger serialOf(Progress progress) {
        return number(progress.serial().orElseThrow());
    }

    /// Serial numbers are written with and without colons and leading zeros.
    private static BigInteger number(String hex) {
        return new BigInteger(hex.replace(":", ""), 16);
    }
}
