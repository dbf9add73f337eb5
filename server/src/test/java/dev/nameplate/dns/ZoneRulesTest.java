package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.names.DomainName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;

final class ZoneRulesTest {
    private static final DnsSettings SETTINGS =
            DnsSettings.under(
                    new DomainName("nameplate.internal"), InetAddress.getLoopbackAddress());

    private final ZoneRules rules = new ZoneRules("example.com", SETTINGS);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    www.example.com          | A     | 192.0.2.1
                    *.example.com            | A     | 192.0.2.1
                    www.example.com          | AAAA  | 2001:db8::1
                    _x.www.example.com       | CNAME | _y.acm-validations.aws.
                    example.com              | MX    | 10 mail.example.com
                    example.com              | MX    | 0 .
                    _sip._tcp.example.com    | SRV   | 1 10 5060 sip.example.com
                    example.com              | TXT   | v=spf1 include:_spf.example.net ~all
                    example.com              | TXT   | "one" "two"
                    sub.example.com          | NS    | ns.example.net
                    bücher.example.com       | A     | 192.0.2.1
                    """)
    void isAccepted(String name, String type, String target) {
        assertThat(rules.normalise(name, type, target, false).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    www                      | A     | 192.0.2.1
                    www.example.org          | A     | 192.0.2.1
                    xexample.com             | A     | 192.0.2.1
                    a..example.com           | A     | 192.0.2.1
                    a.*.example.com          | A     | 192.0.2.1
                    www.example.com          | A     | 192.0.2
                    www.example.com          | A     | 192.0.2.1 192.0.2.2
                    www.example.com          | A     | 2001:db8::1
                    www.example.com          | AAAA  | 192.0.2.1.5
                    www.example.com          | CNAME | two names
                    www.example.com          | CNAME | www.example.com
                    example.com              | MX    | mail.example.com
                    example.com              | MX    | 70000 mail.example.com
                    _sip._tcp.example.com    | SRV   | 10 5060 sip.example.com
                    www.example.com          | CAA   | 0 issue "x"
                    www.example.com          | SOA   | ns. host. 1 2 3 4 5
                    *.example.com            | NS    | ns.example.net
                    """)
    void isRefused(String name, String type, String target) {
        assertThatThrownBy(() -> rules.normalise(name, type, target, false))
                .isInstanceOf(Zones.InvalidEntry.class);
    }

    @Test
    void aliasPointsToOurOwnNamesOnly() {
        assertThat(rules.normalise("example.com", "A", "d1.cdn.nameplate.internal.", true).alias())
                .isTrue();
        assertThatThrownBy(() -> rules.normalise("example.com", "A", "d1.example.net", true))
                .isInstanceOf(Zones.InvalidEntry.class);
        assertThatThrownBy(() ->
                        rules.normalise(
                                "www.example.com", "CNAME", "d1.cdn.nameplate.internal", true))
                .isInstanceOf(Zones.InvalidEntry.class);
    }

    @Test
    void longTextIsCutIntoStringsAndRefusedOnlyBeyondTheLimit() {
        String text = "é\\".repeat(300);
        assertThat(rules.normalise("example.com", "TXT", text, false).target()).isEqualTo(text);
        assertThatThrownBy(() -> rules.normalise("example.com", "TXT", "x".repeat(5000), false))
                .isInstanceOf(Zones.InvalidEntry.class);
    }
}
