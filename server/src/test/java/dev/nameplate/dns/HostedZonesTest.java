package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;

import java.net.InetAddress;
import java.util.Random;

final class HostedZonesTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");

    private final Zones zones =
            new Zones(
                    new SettableClock(),
                    new Random(7),
                    DnsSettings.under(
                            new DomainName("nameplate.internal"),
                            InetAddress.getLoopbackAddress()));

    /// Time stands still: nothing kept ever expires.
    private HostedZones hosted(Database database) {
        return new HostedZones(database, zones, () -> 0L);
    }

    private Zone create(Database database, String name) {
        return database.write(write -> zones.create(write, ACCOUNT, new DomainName(name)));
    }

    private static OwnerName name(String text) {
        return new OwnerName(text);
    }

    @StoreTest
    void aZoneMadeOrDeletedHereCountsAtOnce(Database database) {
        HostedZones hosted = hosted(database);
        assertThat(hosted.closest(name("www.example.com"))).isEmpty();

        Zone zone = create(database, "example.com");
        assertThat(hosted.closest(name("www.example.com"))).contains(zone);

        Zone closer = create(database, "www.example.com");
        assertThat(hosted.closest(name("www.example.com"))).contains(closer);

        database.write(write -> {
            zones.delete(write, closer);
            return true;
        });
        assertThat(hosted.closest(name("www.example.com"))).contains(zone);
    }

    @StoreTest
    void aValidationRecordLiesWhereItsHostNameDoes(Database database) {
        HostedZones hosted = hosted(database);
        Zone zone = create(database, "shop.example.com");

        assertThat(hosted.closest(name("_a1.shop.example.com"))).contains(zone);
        assertThat(hosted.closest(name("_a1.www.shop.example.com"))).contains(zone);
        assertThat(hosted.closest(name("_a1.example.com"))).isEmpty();
        assertThat(hosted.closest(name("_a1._b2.shop.example.com"))).contains(zone);
    }
}
