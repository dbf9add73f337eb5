package dev.nameplate.edge.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class CountriesTest {
    @TempDir Path folder;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    void aPlainListIsSearchedForBothFamiliesAndForNetworksInsideOthers() throws Exception {
        Countries countries =
                Countries.read(
                        file(
                                "plain.csv",
                                "# ours",
                                "192.0.2.0/24,AT",
                                "192.0.2.128/25,de",
                                "192.0.2.200/32,FR",
                                "198.51.100.0/22,US",
                                "2001:db8::/32,JP",
                                "2001:db8:0:0:8000::/65,CH",
                                "0.0.0.0/1,NL"));
        assertThat(countries.of("192.0.2.1")).contains("AT");
        assertThat(countries.of("192.0.2.127")).contains("AT");
        assertThat(countries.of("192.0.2.128")).contains("DE");
        assertThat(countries.of("192.0.2.200")).contains("FR");
        assertThat(countries.of("192.0.2.201")).contains("DE");
        assertThat(countries.of("192.0.3.0")).isEmpty();
        assertThat(countries.of("127.255.255.255")).contains("NL");
        assertThat(countries.of("128.0.0.0")).isEmpty();
        assertThat(countries.of("198.51.103.255")).contains("US");
        assertThat(countries.of("198.51.104.0")).isEmpty();
        assertThat(countries.of("2001:db8:ffff::1")).contains("JP");
        assertThat(countries.of("2001:db8:0:0:8000::1")).contains("CH");
        assertThat(countries.of("2001:db9::")).isEmpty();
        assertThat(countries.of("::ffff:192.0.2.1")).contains("AT");
        assertThat(countries.of("nonsense")).isEmpty();
        assertThat(Countries.NONE.of("192.0.2.1")).isEmpty();
    }

    @Test
    void everyAddressFindsTheInnermostOfRandomNetworks() throws Exception {
        java.util.Random chance = new java.util.Random(7);
        StringBuilder lines = new StringBuilder("network,country\n");
        java.util.Map<String, int[]> all = new java.util.LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            int prefix = 8 + chance.nextInt(25);
            int start = (10 << 24 | chance.nextInt(1 << 12) << 12) & (-1 << (32 - prefix));
            String code = "" + (char) ('A' + i / 26 % 26) + (char) ('A' + i % 26);
            String text = text(start) + "/" + prefix;
            if (all.putIfAbsent(text, new int[] {start, prefix, i}) == null) {
                lines.append(text).append(',').append(code).append('\n');
            }
        }
        Countries countries = Countries.read(file("random.csv", lines.toString()));
        for (int i = 0; i < 5_000; i++) {
            int address = 10 << 24 | chance.nextInt(1 << 24);
            int[] best = {0, -1, -1};
            for (int[] network : all.values()) {
                if (network[1] > best[1] && (address & (-1 << (32 - network[1]))) == network[0]) {
                    best = network;
                }
            }
            String wanted =
                    best[2] < 0
                            ? ""
                            : "" + (char) ('A' + best[2] / 26 % 26) + (char) ('A' + best[2] % 26);
            assertThat(countries.of(text(address)).orElse("")).isEqualTo(wanted);
        }
    }

    private static String text(int address) {
        return (address >>> 24)
                + "."
                + (address >>> 16 & 255)
                + "."
                + (address >>> 8 & 255)
                + "."
                + (address & 255);
    }

    @Test
    void geoLitesFilesAreReadTogetherAndColumnsByTheirNames() throws Exception {
        file(
                "GeoLite2-Country-Blocks-IPv4.csv",
                "network,geoname_id,registered_country_geoname_id,represented_country_geoname_id",
                "192.0.2.0/24,2782113,2782113,",
                "198.51.100.0/24,,2782113,");
        file(
                "GeoLite2-Country-Blocks-IPv6.csv",
                "network,geoname_id,registered_country_geoname_id",
                "2001:db8::/32,2921044,2921044");
        file(
                "GeoLite2-Country-Locations-en.csv",
                "geoname_id,locale_code,continent_code,continent_name,country_iso_code,country_name",
                "2782113,en,EU,Europe,AT,Austria",
                "2921044,en,EU,\"Europe, all of it\",DE,Germany");
        Countries geoLite = Countries.read(folder);
        assertThat(geoLite.of("192.0.2.9")).contains("AT");
        assertThat(geoLite.of("198.51.100.9")).isEmpty();
        assertThat(geoLite.of("2001:db8::9")).contains("DE");
        Countries named =
                Countries.read(file("x.csv", "asn,network,country_code", "1,192.0.2.0/24,CH"));
        assertThat(named.of("192.0.2.9")).contains("CH");
    }

    @Test
    void aLineThatIsNoNetworkIsNamed() throws Exception {
        Path broken = file("broken.csv", "192.0.2.0/24,AT", "192.0.2.0/40,AT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Countries.read(broken))
                .withMessageContaining("broken.csv, line 2")
                .withMessageContaining("192.0.2.0/40,AT");
        Path empty = file("empty.csv", "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Countries.read(empty))
                .withMessageContaining("lists no networks");
    }

    @Test
    void devicesAreToldByTheirUserAgents() {
        Device phone =
                Device.of(
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148");
        assertThat(phone).isEqualTo(new Device(true, false, false, false, false, true));
        Device pad = Device.of("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Mobile/15E148");
        assertThat(pad).isEqualTo(new Device(true, true, false, false, false, true));
        Device tablet =
                Device.of("Mozilla/5.0 (Linux; Android 14; SM-X710) Chrome/126 Safari/537.36");
        assertThat(tablet).isEqualTo(new Device(false, true, false, false, true, false));
        Device android =
                Device.of("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126 Mobile Safari");
        assertThat(android).isEqualTo(new Device(true, false, false, false, true, false));
        Device tv = Device.of("Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) SamsungBrowser/5.0 TV");
        assertThat(tv).isEqualTo(new Device(false, false, true, false, false, false));
        Device desktop = Device.of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/128.0");
        assertThat(desktop).isEqualTo(new Device(false, false, false, true, false, false));
    }
}
