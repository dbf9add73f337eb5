package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;

import java.util.Arrays;
import java.util.List;

final class CaaRulesTest {
    private static final List<String> US = List.of("nameplate.internal");

    private static CAARecord caa(int flags, String tag, String value) {
        return new CAARecord(
                Name.fromConstantString("example.com."), DClass.IN, 60, flags, tag, value);
    }

    private static boolean permits(boolean wildcard, CAARecord... records) {
        return CaaRules.permits(Arrays.asList(records), wildcard, US);
    }

    @Test
    void issueNamesWhoMayIssue() {
        assertThat(permits(false, caa(0, "issue", "nameplate.internal"))).isTrue();
        assertThat(permits(false, caa(0, "issue", " NamePlate.internal ; a=b"))).isTrue();
        assertThat(permits(false, caa(0, "issue", "other.example"))).isFalse();
        assertThat(
                        permits(
                                false,
                                caa(0, "issue", "other.example"),
                                caa(0, "issue", "nameplate.internal")))
                .isTrue();
    }

    @Test
    void emptyIssueForbidsEveryone() {
        assertThat(permits(false, caa(0, "issue", ";"))).isFalse();
        assertThat(permits(true, caa(0, "issue", ""))).isFalse();
    }

    @Test
    void issuewildGovernsWildcardsOnly() {
        CAARecord[] records = {
            caa(0, "issue", "nameplate.internal"), caa(0, "issuewild", "other.example")
        };
        assertThat(permits(false, records)).isTrue();
        assertThat(permits(true, records)).isFalse();
        assertThat(permits(false, caa(0, "issuewild", ";"))).isTrue();
        assertThat(permits(true, caa(0, "issue", "nameplate.internal"))).isTrue();
    }

    @Test
    void unknownPropertyForbidsOnlyWhenCritical() {
        assertThat(permits(false, caa(0, "future", "x"))).isTrue();
        assertThat(permits(false, caa(128, "future", "x"))).isFalse();
        assertThat(permits(false, caa(128, "iodef", "mailto:a@example.com"))).isTrue();
        assertThat(permits(false, caa(128, "issue", "nameplate.internal"))).isTrue();
    }
}
