package dev.nameplate.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

final class DomainNameTest {
    @Test
    void namesAreLowerCasedAndInternationalLabelsConverted() {
        assertThat(DomainName.parse("Shop.EXAMPLE.com").ascii()).isEqualTo("shop.example.com");
        assertThat(DomainName.parse("bücher.example").ascii()).isEqualTo("xn--bcher-kva.example");
        assertThat(DomainName.parse("*.Example.com").isWildcard()).isTrue();
    }

    /// IDNA 2008 as UTS 46 maps it; the sharp s is a letter of its own there, unlike in IDNA 2003.
    @ParameterizedTest
    @CsvSource({
        "BÜCHER.example, xn--bcher-kva.example",
        "bu\u0308cher.example, xn--bcher-kva.example",
        "bücher。example, xn--bcher-kva.example",
        "bücher．example, xn--bcher-kva.example",
        "xn--Bcher-KVA.example, xn--bcher-kva.example",
        "*.bücher.example, *.xn--bcher-kva.example",
        "straße.example, xn--strae-oqa.example",
        "ｅｘａｍｐｌｅ.com, example.com",
        "日本語。ＪＰ, xn--wgv71a119e.jp",
        "пример.рф, xn--e1afmkfd.xn--p1ai",
        "אב1.example, xn--1-zhcd.example",
        "l·l.example, xn--ll-0ea.example",
        "xn--n3h.example, xn--n3h.example",
    })
    void everyScriptBecomesItsAsciiForm(String written, String ascii) {
        DomainName name = DomainName.parse(written);
        assertThat(name.ascii()).isEqualTo(ascii);
        assertThat(DomainName.parse(name.ascii())).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xn--.example",
                "xn--a.example",
                "xn--abc-.example",
                "xn--zz9999999.example",
                "a.xn--strasse-abc.example",
                "a\u200db.example",
                "1אב.example",
                "a·b.example",
                "٠۰.example",
                "-ü.example",
                "ü-.example",
                "ü..example",
                "\u00ad.example",
                "ü_a.example",
                "\u0301a.example",
                "ü.example。",
                "ex\u0000ample.com",
                "ü.\ud800.example"
            })
    void whatEncodesNothingIsRefused(String name) {
        assertThatThrownBy(() -> DomainName.parse(name))
                .isInstanceOf(DomainName.IllegalDomainName.class)
                .hasMessageContaining("'" + name + "'");
    }

    /// Whatever comes, what is taken is plain ASCII of bounded length, and reading it again changes nothing.
    @Test
    void randomTextsAreRefusedOrReadTheSameTwice() {
        RandomGenerator random = new SplittableRandom(46);
        String alphabet = "abxn--09.*_AÜßσς。．·\u200d\u0301אعあ語☃\ud83d\udca9 /\u0000";
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(1, 20); text.length() < length; ) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            DomainName name;
            try {
                name = DomainName.parse(text.append(".example").toString());
            } catch (DomainName.IllegalDomainName _) {
                continue;
            }
            taken++;
            assertThat(name.ascii()).matches("(\\*\\.)?[a-z0-9.-]{3,253}");
            assertThat(DomainName.parse(name.ascii())).isEqualTo(name);
        }
        assertThat(taken).isGreaterThan(100);
    }

    @Test
    void aLongTextIsRefusedAtOnce() {
        assertThatThrownBy(() -> DomainName.parse("ü".repeat(5_000_000)))
                .isInstanceOf(DomainName.IllegalDomainName.class)
                .hasMessageContaining("longer than 253");
    }

    @Test
    void aCommonNameHoldsSixtyFourOctets() {
        assertThat(DomainName.parse("a".repeat(56) + ".example").fitsCommonName()).isTrue();
        assertThat(DomainName.parse("a".repeat(57) + ".example").fitsCommonName()).isFalse();
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
