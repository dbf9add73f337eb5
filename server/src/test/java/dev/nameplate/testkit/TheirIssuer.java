package dev.nameplate.testkit;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.AcmeCa;
import dev.nameplate.issuer.acme.AcmeIssuer;
import dev.nameplate.issuer.acme.AcmeOrderWork;
import dev.nameplate.issuer.acme.AcmeParts;
import dev.nameplate.issuer.acme.OrderWatch;
import dev.nameplate.issuer.acme.Pacing;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// An issuer with its authority, for whoever looks at it from outside.
public final class TheirIssuer implements AutoCloseable {
    public static final IssuerName NAME = new IssuerName("theirs");

    public final FaultCa ca;
    public final AcmeIssuer issuer;
    private final Database database;
    private final SettableClock clock;
    private final KeyPairs keyPairs = KeyPairs.fastest(new SecureRandom());

    public TheirIssuer(
            Database database,
            Vault vault,
            SettableClock clock,
            OrderWatch watch,
            String... caaNames) {
        this.database = database;
        this.clock = clock;
        this.ca = FaultCa.start(clock);
        this.issuer =
                new AcmeIssuer(
                        new AcmeCa(
                                NAME,
                                ca.directory(),
                                List.of("ops@example.com"),
                                true,
                                Optional.empty(),
                                Optional.of("Their Root"),
                                Optional.of("short"),
                                List.of(caaNames),
                                List.of(ca.tls().root())),
                        new AcmeParts(
                                database,
                                vault,
                                keyPairs,
                                new Challenges(clock),
                                (_, _) -> true,
                                Pacing.NONE,
                                (_, _) -> {},
                                watch,
                                clock,
                                _ -> {}));
    }

    public void order() {
        var _ =
                issuer.issue(
                        List.of(
                                TestOrders.order(
                                        keyPairs.generate(KeyAlgorithm.EC_P256),
                                        "www.example.com")));
    }

    /// Takes each order that is due a step further.
    public void work() {
        try (AcmeOrderWork work = new AcmeOrderWork(database, List.of(issuer), clock)) {
            for (int shard = 0; shard < work.shards(); shard++) {
                var _ = work.advance(shard, clock.instant());
            }
        }
    }

    @Override
    public void close() {
        issuer.close();
        ca.close();
    }
}
