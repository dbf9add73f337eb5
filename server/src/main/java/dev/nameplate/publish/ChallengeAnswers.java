package dev.nameplate.publish;

import dev.nameplate.certificate.TrafficProbe;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.ChallengeCertificate;
import dev.nameplate.pki.KeyPairs;

import org.jdbi.v3.core.Handle;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What the edge shows to those who look for a proof of a name: authorities, and ourselves.
///
/// Traffic alone does not say for which account a name is proven. A name that somebody serves here is proven for that account
/// only, and any other one for the installation's own.
public final class ChallengeAnswers {
    private final Database database;
    private final Challenges challenges;
    private final TrafficProbe probe;
    private final Distributions distributions;
    private final AccountId home;
    private final KeyPairs keyPairs;
    private final InstantSource clock;

    public ChallengeAnswers(
            Database database,
            Challenges challenges,
            TrafficProbe probe,
            Distributions distributions,
            AccountId home,
            KeyPairs keyPairs,
            InstantSource clock) {
        this.database = database;
        this.challenges = challenges;
        this.probe = probe;
        this.distributions = distributions;
        this.home = home;
        this.keyPairs = keyPairs;
        this.clock = clock;
    }

    /// Under `/.well-known/acme-challenge/`.
    Optional<String> file(String host, String token) {
        Optional<TrafficProbe.File> probed = probe.file(host, token);
        return database.read(handle ->
                probed.isPresent()
                        ? probed.filter(file -> file.account().equals(owner(handle, host)))
                                .map(TrafficProbe.File::content)
                        : challenges.http(handle, host, token));
    }

    private AccountId owner(Handle handle, String host) {
        return distributions
                .leadingTo(handle, host)
                .map(Distributions.Holder::account)
                .orElse(home);
    }

    /// In a handshake for `acme-tls/1`. An authority may ask for a host that nobody serves yet.
    Optional<ServedCertificate> certificate(String serverName) {
        return database.read(handle -> challenges.alpn(handle, serverName))
                .map(authorization -> {
                    ChallengeCertificate made =
                            ChallengeCertificate.of(
                                    new DomainName(serverName),
                                    authorization,
                                    keyPairs,
                                    clock.instant());
                    return new ServedCertificate(
                            "challenge of " + serverName,
                            List.of(made.der()),
                            made.key().getEncoded());
                });
    }
}
