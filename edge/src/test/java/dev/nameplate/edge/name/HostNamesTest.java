package dev.nameplate.edge.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

final class HostNamesTest {
    @ParameterizedTest
    @CsvSource({
        "a.example, a.example",
        "A.Example:8443, a.example",
        "a.example., a.example",
        "a.example.:80, a.example",
        "a.example:, a.example",
        "[::1]:443, [::1]",
        "192.0.2.1, 192.0.2.1",
        "_x.a-b.example, _x.a-b.example",
    })
    void authoritiesAreReducedToTheName(String authority, String name) {
        assertThat(HostNames.ofAuthority(authority)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..",
                "a..b",
                "a b",
                "a,b",
                "user@a",
                "a:x",
                "a/b",
                "::1",
                "[::1",
                "[::1]x",
                "ä.example"
            })
    void anythingElseIsNoHost(String authority) {
        assertThat(HostNames.ofAuthority(authority)).isEmpty();
    }

    @Test
    void aWildcardChangeMeansEveryNameBelow() {
        ChangedNames changed = new ChangedNames(Set.of("A.example", "*.b.example"));
        assertThat(changed.contains("a.example")).isTrue();
        assertThat(changed.contains("x.b.example")).isTrue();
        assertThat(changed.contains("y.x.b.example")).isTrue();
        assertThat(changed.contains("b.example")).isFalse();
        assertThat(changed.contains("xb.example")).isFalse();
    }
}
