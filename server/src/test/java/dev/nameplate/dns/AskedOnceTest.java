package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.names.DomainName;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class AskedOnceTest {
    private final List<String> asked = new ArrayList<>();

    private CaaVerdict judge(AuthoritativeAnswer.Source source, String name) {
        return new CaaClimb(source, _ -> Optional.empty())
                .judge(
                        new DomainName(name),
                        List.of("ca.example"),
                        Looking.within(Duration.ofSeconds(60)));
    }

    @Test
    void climbsThatMeetAskOnceWhereTheyMeet() {
        var source =
                new AskedOnce((name, _, _) -> {
                    asked.add(name.toString());
                    return new AuthoritativeAnswer.NotDelegated(List.of());
                });

        for (String name : List.of("shop.test", "*.shop.test", "www.shop.test", "a.b.shop.test")) {
            assertThat(judge(source, name)).isEqualTo(new CaaVerdict.Allowed());
        }

        assertThat(asked)
                .containsExactly(
                        "shop.test.", "test.", "www.shop.test.", "a.b.shop.test.", "b.shop.test.");
    }

    @Test
    void aFailureIsPermissionForNone() {
        var source =
                new AskedOnce((name, _, _) -> {
                    asked.add(name.toString());
                    return new AuthoritativeAnswer.Failed(Cause.SERVFAIL, List.of(), "SERVFAIL");
                });

        assertThat(judge(source, "shop.test")).isInstanceOf(CaaVerdict.Unknown.class);
        assertThat(judge(source, "*.shop.test")).isInstanceOf(CaaVerdict.Unknown.class);
        assertThat(asked).containsExactly("shop.test.");
    }
}
