package dev.nameplate.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainNameTest {
    @Test
    void namesAreLowerCasedAndInternationalLabelsConverted() {
        assertThat(DomainName.parse("Shop.EXAMPLE.com").ascii()).isEqualTo("shop.example.com");
        assertThat(DomainName.parse("bücher.example").ascii()).isEqualTo("xn--bcher-kva.example");
        assertThat(DomainName.parse("*.Example.com").isWildcard()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "ccc",
                "example.com.",
                "-a.example",
                "a-.example",
                "a..example",
                "_dmarc.example.com",
                "*",
                "*.com",
                "a.*.example",
                "ab--c.example",
                "10.0.0.1",
                "exa mple.com",
                "a.b/c.example"
            })
    void namesThatNoCertificateMayCarryAreRefused(String name) {
        assertThatThrownBy(() -> DomainName.parse(name))
                .isInstanceOf(DomainName.IllegalDomainName.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void lengthLimitsAreThoseOfDns() {
        String label = "a".repeat(63);
        assertThat(DomainName.parse(label + ".example").ascii()).hasSize(71);
        assertThatThrownBy(() -> DomainName.parse("a" + label + ".example"))
                .isInstanceOf(DomainName.IllegalDomainName.class);
        assertThatThrownBy(() -> DomainName.parse((label + ".").repeat(4) + "example"))
                .hasMessageContaining("longer than 253");
    }

    @ParameterizedTest
    @CsvSource({
        "*.example.com, a.example.com, true",
        "*.example.com, a.b.example.com, false",
        "*.example.com, example.com, false",
        "*.example.com, *.example.com, true",
        "example.com, example.com, true",
        "example.com, a.example.com, false",
        "*.example.com, badexample.com, false",
    })
    void wildcardCoversExactlyOneLabel(String pattern, String host, boolean covers) {
        assertThat(DomainName.parse(pattern).covers(DomainName.parse(host))).isEqualTo(covers);
    }

    @Test
    void aNameIsWithinItsZoneAndNotWithinALookAlike() {
        DomainName zone = DomainName.parse("example.com");
        assertThat(DomainName.parse("a.b.example.com").isWithin(zone)).isTrue();
        assertThat(DomainName.parse("*.example.com").isWithin(zone)).isTrue();
        assertThat(DomainName.parse("example.com").isWithin(zone)).isTrue();
        assertThat(DomainName.parse("badexample.com").isWithin(zone)).isFalse();
    }
}
