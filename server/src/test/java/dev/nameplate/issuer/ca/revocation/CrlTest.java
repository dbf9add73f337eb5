package dev.nameplate.issuer.ca.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;

import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.URI;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

final class CrlTest {
    private static final Duration LIFE = Duration.ofDays(90);

    private final SettableClock clock = new SettableClock();
    private final Locations locations = new Locations(URI.create("http://pki.test/"));
    private final TestAuthority issuer =
            new TestAuthority("Test Intermediate", Signatory.Below.LEAVES, clock);
    private final ManualJobs jobs = new ManualJobs(clock);
    private final Revocations revocations = new Revocations(jobs);

    private void worksOn(Database database, Signatory... signatories) {
        jobs.add(new CrlWork(database, () -> List.of(signatories), locations));
    }

    private CrlShards shards(Database database) {
        return new CrlShards(database, clock, jobs, LIFE);
    }

    private X509Certificate leaf(Database database, int shard) {
        return issuer.leaf(database, locations, shard, LIFE);
    }

    private void revoke(Database database, X509Certificate leaf, RevocationReason reason) {
        database.write(write -> {
            revocations.revoke(write, leaf.getSerialNumber().toString(16), reason, clock.instant());
            return true;
        });
    }

    private X509CRL crl(Database database, int shard) throws Exception {
        Crls.Stored stored = new Crls(database).find(issuer.id(), shard).orElseThrow();
        return (X509CRL)
                CertificateFactory.getInstance("X.509")
                        .generateCRL(new ByteArrayInputStream(stored.der()));
    }

    private static BigInteger number(X509CRL crl) throws Exception {
        return CRLNumber.getInstance(
                        JcaX509ExtensionUtils.parseExtensionValue(
                                crl.getExtensionValue(Extension.cRLNumber.getId())))
                .getCRLNumber();
    }

    @StoreTest
    void anEmptyListIsThereAsSoonAsACertificateNamesIt(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        jobs.tick();

        X509CRL crl = crl(database, shard);
        crl.verify(issuer.certificate().getPublicKey());
        assertThat(crl.getVersion()).isEqualTo(2);
        assertThat(crl.getIssuerX500Principal())
                .isEqualTo(issuer.certificate().getSubjectX500Principal());
        assertThat(crl.getThisUpdate().toInstant()).isEqualTo(clock.instant());
        assertThat(crl.getNextUpdate().toInstant())
                .isEqualTo(clock.instant().plus(Duration.ofDays(7)));
        assertThat(crl.getRevokedCertificates()).isNull();
        assertThat(number(crl)).isEqualTo(BigInteger.ONE);
        assertThat(crl.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.35", "2.5.29.20");
        assertThat(crl.getCriticalExtensionOIDs()).containsExactly("2.5.29.28");
        IssuingDistributionPoint point =
                IssuingDistributionPoint.getInstance(
                        JcaX509ExtensionUtils.parseExtensionValue(
                                crl.getExtensionValue("2.5.29.28")));
        assertThat(point.onlyContainsUserCerts()).isTrue();
        assertThat(point.getDistributionPoint().toString())
                .contains("http://pki.test/crl/" + issuer.id() + "/" + shard + ".crl");
    }

    @StoreTest
    void aRevokedCertificateIsListedAtOnceWithItsReason(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        X509Certificate good = leaf(database, shard);
        X509Certificate compromised = leaf(database, shard);
        X509Certificate unexplained = leaf(database, shard);
        jobs.tick();
        clock.advance(Duration.ofMinutes(1));
        revoke(database, compromised, RevocationReason.KEY_COMPROMISE);
        revoke(database, unexplained, RevocationReason.UNSPECIFIED);
        jobs.tick();

        X509CRL crl = crl(database, shard);
        assertThat(crl.isRevoked(good)).isFalse();
        X509CRLEntry entry = crl.getRevokedCertificate(compromised);
        assertThat(entry.getRevocationDate()).isEqualTo(Date.from(clock.instant()));
        assertThat(entry.getRevocationReason())
                .isEqualTo(java.security.cert.CRLReason.KEY_COMPROMISE);
        assertThat(crl.getRevokedCertificate(unexplained).hasExtensions())
                .as("an unspecified reason is not written")
                .isFalse();
        assertThat(number(crl)).isEqualTo(BigInteger.TWO);
    }

    @StoreTest
    void listsAreMadeAnewBeforeTheyEndAndTheirNumbersOnlyRise(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        jobs.tick();
        BigInteger last = number(crl(database, shard));
        for (int day = 1; day <= 30; day++) {
            clock.advance(Duration.ofDays(1));
            jobs.tick();
            X509CRL crl = crl(database, shard);
            assertThat(crl.getThisUpdate().toInstant()).isEqualTo(clock.instant());
            assertThat(number(crl)).isGreaterThan(last);
            last = number(crl);
        }
    }

    @StoreTest
    void whoSleptThroughARenewalMakesItAtOnce(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        jobs.tick();
        clock.advance(Duration.ofDays(20));
        jobs.tick();
        assertThat(crl(database, shard).getNextUpdate().toInstant()).isAfter(clock.instant());
    }

    @StoreTest
    void anEntryLeavesAfterOneListBeyondTheEndOfItsCertificate(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        X509Certificate leaf = issuer.leaf(database, locations, shard, Duration.ofHours(36));
        revoke(database, leaf, RevocationReason.SUPERSEDED);
        jobs.tick();
        assertThat(crl(database, shard).isRevoked(leaf)).isTrue();
        clock.advance(Duration.ofDays(1));
        jobs.tick();
        assertThat(crl(database, shard).isRevoked(leaf)).isTrue();
        clock.advance(Duration.ofDays(1));
        jobs.tick();
        assertThat(crl(database, shard).isRevoked(leaf))
                .as("ended half a day ago, and no list said so yet")
                .isTrue();
        clock.advance(Duration.ofDays(1));
        jobs.tick();
        assertThat(crl(database, shard).isRevoked(leaf)).isFalse();
    }

    @StoreTest
    void manyRevocationsShareAList(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        jobs.tick();
        clock.advance(Duration.ofMinutes(1));
        List<X509Certificate> revoked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            revoked.add(leaf(database, shard));
            revoke(database, revoked.getLast(), RevocationReason.SUPERSEDED);
            jobs.tick();
        }
        assertThat(number(crl(database, shard))).isEqualTo(BigInteger.TWO);
        assertThat(jobs.nextDue()).contains(clock.instant().plus(CrlWork.PAUSE));
        clock.advance(CrlWork.PAUSE);
        jobs.tick();
        X509CRL crl = crl(database, shard);
        assertThat(number(crl)).isEqualTo(BigInteger.valueOf(3));
        assertThat(revoked).allMatch(crl::isRevoked);
    }

    @StoreTest
    void onlyWhatWasSignedHereIsRevokedAndOnlyOnce(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        X509Certificate leaf = leaf(database, shard);
        revoke(database, leaf, RevocationReason.SUPERSEDED);
        Instant first = clock.instant();
        clock.advance(Duration.ofHours(1));
        revoke(database, leaf, RevocationReason.KEY_COMPROMISE);
        jobs.tick();
        assertThat(crl(database, shard).getRevokedCertificate(leaf).getRevocationDate())
                .isEqualTo(Date.from(first));

        X509Certificate foreign =
                new TestAuthority("Foreign", Signatory.Below.LEAVES, clock).certificate();
        assertThatThrownBy(() -> revoke(database, foreign, RevocationReason.SUPERSEDED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not one this authority signed");
    }

    @StoreTest
    void aShardTakesSoManyAndNoMore(Database database) {
        CrlShards shards = shards(database);
        Set<Integer> seen = new HashSet<>();
        int inFirst = 0;
        for (int i = 0; i < CrlShards.CAPACITY + 1; i++) {
            int shard = shards.next(issuer.id());
            seen.add(shard);
            inFirst += shard == 1 ? 1 : 0;
        }
        assertThat(seen).containsExactlyInAnyOrder(1, 2);
        assertThat(inFirst).isEqualTo(CrlShards.CAPACITY);
        assertThat(shards(database).next(issuer.id())).as("after a restart").isEqualTo(2);
        assertThat(shards.next("another")).isEqualTo(1);
    }

    @StoreTest
    void theListOfAuthoritiesIsWholeAndLivesLong(Database database) throws Exception {
        TestAuthority root = new TestAuthority("Root", Signatory.Below.AUTHORITIES, clock);
        worksOn(database, root, issuer);
        jobs.tick();
        database.write(write -> {
            revocations.revokeAuthority(
                    write,
                    issuer.certificate(),
                    root.certificate(),
                    RevocationReason.CA_COMPROMISE,
                    clock.instant());
            return true;
        });
        clock.advance(CrlWork.PAUSE);
        jobs.tick();
        X509CRL crl =
                (X509CRL)
                        CertificateFactory.getInstance("X.509")
                                .generateCRL(
                                        new ByteArrayInputStream(
                                                new Crls(database)
                                                        .find(root.id(), 0)
                                                        .orElseThrow()
                                                        .der()));
        crl.verify(root.certificate().getPublicKey());
        assertThat(crl.getRevokedCertificate(issuer.certificate().getSerialNumber())).isNotNull();
        assertThat(crl.getCriticalExtensionOIDs()).isNullOrEmpty();
        assertThat(Duration.between(clock.instant(), crl.getNextUpdate().toInstant()))
                .isGreaterThan(Duration.ofDays(180))
                .isLessThan(Duration.ofDays(366));
    }

    @StoreTest
    void javaRefusesARevokedLeafAndAcceptsAGoodOne(Database database) throws Exception {
        worksOn(database, issuer);
        int shard = shards(database).next(issuer.id());
        X509Certificate good = leaf(database, shard);
        X509Certificate bad = leaf(database, shard);
        revoke(database, bad, RevocationReason.KEY_COMPROMISE);
        jobs.tick();
        X509CRL crl = crl(database, shard);

        // Java takes a revocation to count from the moment after its date.
        clock.advance(Duration.ofSeconds(1));
        validate(good, crl);
        assertThatThrownBy(() -> validate(bad, crl))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("revoked");
        clock.advance(Duration.ofDays(9));
        assertThatThrownBy(() -> validate(good, crl))
                .as("the list has ended")
                .isInstanceOf(CertPathValidatorException.class);
    }

    private void validate(X509Certificate leaf, X509CRL crl) throws Exception {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(issuer.certificate(), null)));
        parameters.setDate(Date.from(clock.instant()));
        parameters.addCertStore(
                CertStore.getInstance(
                        "Collection", new CollectionCertStoreParameters(List.of(crl))));
        var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(Set.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
        parameters.addCertPathChecker(checker);
        validator.validate(
                CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)),
                parameters);
    }
}
