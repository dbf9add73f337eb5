package dev.nameplate;

import dev.nameplate.certificate.ExaminationWork;
import dev.nameplate.certificate.IssuanceWork;
import dev.nameplate.certificate.ReissueWork;
import dev.nameplate.certificate.RenewalSpreadWork;
import dev.nameplate.certificate.RenewalWork;
import dev.nameplate.certificate.SpareWork;
import dev.nameplate.certificate.StatusWork;
import dev.nameplate.challenge.ChallengeRetention;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.VersionRetention;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.domain.DomainEventRetention;
import dev.nameplate.issuer.ca.RotationWork;
import dev.nameplate.issuer.ca.revocation.CrlWork;
import dev.nameplate.issuer.ca.revocation.Locations;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.issuer.ratelimit.BudgetRetention;
import dev.nameplate.issuer.status.AuthorityStatus;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.ondemand.OnDemand;
import dev.nameplate.pki.RsaPool;
import dev.nameplate.publish.ChangeFollower;
import dev.nameplate.publish.HandshakeCheck;
import dev.nameplate.publish.InvalidationWork;
import dev.nameplate.publish.PublishWork;
import dev.nameplate.publish.ServedCertificates;
import dev.nameplate.revocation.MassRevocationWork;
import dev.nameplate.tenant.ManagedCertificateWork;
import dev.nameplate.ticket.TicketKeys;
import dev.nameplate.traffic.TrafficRetention;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The durable work of a server: all that its job engine runs.
record Works(
        Store opened,
        Features features,
        Settings settings,
        Wakeup engine,
        AuthoritativeLookup lookup,
        RsaPool rsaPool,
        Doors doors,
        HandshakeCheck handshakes,
        Optional<OnDemand> onDemand,
        AcmeAuthorities acme) {

    /// @param parts gets what has to be stopped
    List<DueWork> all(Parts parts, ChangeFollower follower, TicketKeys ticketKeys) {
        return Stream.concat(
                        Stream.concat(
                                features.notifications().works(parts).stream(),
                                Stream.concat(
                                        doors.enrolment().works(parts, lookup).stream(),
                                        acme.works(parts, opened, engine).stream())),
                        Stream.of(
                                parts.started("issuance", issuance()),
                                parts.started("renewals", renewals()),
                                parts.started("spares", spares()),
                                parts.started("certificate status", status(parts)),
                                new ReissueWork(opened.database(), engine),
                                new MassRevocationWork(
                                        opened.database(),
                                        features.certificates(),
                                        Revocations::standing,
                                        settings.certificates().reissuePerSecond()),
                                new BudgetRetention(opened.database()),
                                new RenewalSpreadWork(
                                        opened.database(),
                                        IssuerLimits.budgets(settings, opened.clock())),
                                new ExaminationWork(
                                        opened.database(), features.certificates(), opened.vault()),
                                new PublishWork(
                                        opened.database(),
                                        features.feed(),
                                        features.distributions(),
                                        features.tenants(),
                                        features.connectionGroups(),
                                        follower),
                                new ManagedCertificateWork(opened.database(), features.tenants()),
                                new InvalidationWork(
                                        opened.database(),
                                        features.feed(),
                                        features.invalidations(),
                                        follower),
                                new CrlWork(
                                        opened.database(),
                                        features.ca().signatories(),
                                        new Locations(settings.publicDoor().url())),
                                new RotationWork(features.ca().authorities()),
                                new TrafficRetention(
                                        opened.database(),
                                        settings.metrics().minutes(),
                                        settings.metrics().hours()),
                                new VersionRetention(
                                        opened.database(),
                                        new VersionRetention.Limits(
                                                settings.versions().newest(),
                                                settings.versions().age())),
                                new ChallengeRetention(opened.database()),
                                ticketKeys,
                                doors.saas().uploads(),
                                doors.saas().saasWork((_, host) -> handshakes.servedSerial(host)),
                                doors.domainWork(),
                                new DomainEventRetention(opened.database())))
                .toList();
    }

    private IssuanceWork issuance() {
        return new IssuanceWork(
                opened.database(),
                features.zones(),
                features.feed(),
                opened.vault(),
                lookup,
                acme.with(features.ca()),
                features.keyPairs().takingFrom(rsaPool),
                opened.clock(),
                engine,
                certificates -> {
                    doors.decided(certificates);
                    onDemand.ifPresent(OnDemand::decided);
                });
    }

    private SpareWork spares() {
        return new SpareWork(
                opened.database(),
                features.certificates(),
                opened.vault(),
                lookup,
                acme.with(features.ca()),
                features.keyPairs().takingFrom(rsaPool),
                settings.issuers().statusEvery(),
                opened.clock());
    }

    private StatusWork status(Parts parts) {
        Duration every = settings.issuers().statusEvery();
        return new StatusWork(
                opened.database(),
                features.certificates(),
                parts.started(
                        "revocation status",
                        new AuthorityStatus(every.dividedBy(2), opened.clock())),
                every,
                opened.clock());
    }

    private RenewalWork renewals() {
        return new RenewalWork(
                opened.database(),
                features.certificates(),
                features.feed(),
                opened.vault(),
                lookup,
                acme.with(features.ca()),
                features.keyPairs().takingFrom(rsaPool),
                new ServedCertificates(
                        opened.database(),
                        features.distributions(),
                        features.tenants(),
                        handshakes::servedLeaf),
                opened.clock());
    }
}
