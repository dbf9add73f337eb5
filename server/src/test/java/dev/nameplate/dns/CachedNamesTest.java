package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

final class CachedNamesTest {
    private static final Name WWW = Name.fromConstantString("www.example.com.");
    private static final Name DISTRIBUTION = Name.fromConstantString("d1.cdn.nameplate.internal.");

    private final Zones zones =
            new Zones(
                    new SettableClock(),
                    new Random(7),
                    DnsSettings.under(
                            new DomainName("nameplate.internal"),
                            InetAddress.getLoopbackAddress()));
    private final AtomicLong nanos = new AtomicLong();
    private int reads;
    private int existenceChecks;
    private int textLooks;

    private CachedNames names(Database.Dialect dialect) {
        return new CachedNames(
                (_, _) -> {
                    reads++;
                    return new NameView.NotOurs();
                },
                new SuffixZone(
                        zones.settings(),
                        _ -> {
                            existenceChecks++;
                            return true;
                        },
                        _ -> {
                            textLooks++;
                            return List.of("text " + textLooks);
                        }),
                zones,
                dialect,
                nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void hotNameIsReadOnce() {
        CachedNames names = names(Database.Dialect.SQLITE);
        for (int i = 0; i < 10; i++) {
            names.view(WWW);
            pass(Duration.ofSeconds(1));
        }
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void anotherNodesChangeShowsWithinASecond() {
        CachedNames names = names(Database.Dialect.POSTGRESQL);
        names.view(WWW);
        names.view(WWW);
        assertThat(reads).isEqualTo(1);
        pass(Duration.ofMillis(600));
        names.view(WWW);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void changeOfAZoneAboveTheNameIsReadAtOnce() {
        CachedNames names = names(Database.Dialect.SQLITE);
        names.view(WWW);
        zones.epochs().changed("other.example");
        names.view(WWW);
        assertThat(reads).isEqualTo(1);
        zones.epochs().changed("example.com");
        names.view(WWW);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void readThatRacedWithACommitIsNotUsedAgain() {
        var racing =
                new CachedNames(
                        (_, _) -> {
                            reads++;
                            zones.epochs().changed("example.com");
                            return new NameView.NotOurs();
                        },
                        new SuffixZone(zones.settings(), _ -> true, ProofTexts.NONE),
                        zones,
                        Database.Dialect.SQLITE,
                        nanos::get);
        racing.view(WWW);
        racing.view(WWW);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void distributionIsAskedForAgainWithinASecond() {
        CachedNames names = names(Database.Dialect.SQLITE);
        names.view(DISTRIBUTION);
        names.view(DISTRIBUTION);
        assertThat(existenceChecks).isEqualTo(1);
        pass(Duration.ofMillis(600));
        names.view(DISTRIBUTION);
        assertThat(existenceChecks).isEqualTo(2);
    }

    @Test
    void whatAnAuthorityIsShownIsNeverKept() {
        CachedNames names = names(Database.Dialect.POSTGRESQL);
        Name target = Name.fromConstantString("_b2.abcdefghij.proof.nameplate.internal.");
        for (int i = 1; i <= 3; i++) {
            assertThat(names.view(target))
                    .isInstanceOfSatisfying(
                            NameView.Node.class,
                            node ->
                                    assertThat(node.ofType(Type.TXT))
                                            .extracting(Record::rdataToString)
                                            .containsExactly("\"text " + textLooks + "\""));
            assertThat(textLooks).isEqualTo(i);
        }
    }
}
