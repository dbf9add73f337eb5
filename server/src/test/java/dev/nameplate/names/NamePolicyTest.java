package dev.nameplate.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.names.NamePolicy.Reason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

final class NamePolicyTest {
    private static final DomainName SUFFIX = new DomainName("nameplate.internal");
    private static final NamePolicy STANDARD = NamePolicy.standard(SUFFIX);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "*.example.com",
                "example.co.uk",
                "*.example.co.uk",
                "www.ck",
                "city.kawasaki.jp",
                "a.city.kawasaki.jp",
                "github.io",
                "*.github.io",
                "shop.example",
                "a.test",
                "host.corp",
                "host.1corp",
                "printer.internal",
                "notcloudfront.net",
                "notamazon.com",
                "bücher.example",
                "пример.рф"
            })
    void ordinaryAndPrivateNamesAreCertified(String name) {
        assertThat(STANDARD.refusal(DomainName.parse(name))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "co.uk, INVALID_PUBLIC_DOMAIN",
        "*.co.uk, INVALID_PUBLIC_DOMAIN",
        "anything.ck, INVALID_PUBLIC_DOMAIN",
        "*.kobe.jp, INVALID_PUBLIC_DOMAIN",
        "公司.cn, INVALID_PUBLIC_DOMAIN",
        "d111.cloudfront.net, DOMAIN_NOT_ALLOWED",
        "cloudfront.net, DOMAIN_NOT_ALLOWED",
        "aws.amazon.com, DOMAIN_NOT_ALLOWED",
        "amazontrust.com, DOMAIN_NOT_ALLOWED",
        "*.eu-west-1.elb.amazonaws.com, DOMAIN_NOT_ALLOWED",
        "app.eba-1.us-east-1.elasticbeanstalk.com, DOMAIN_NOT_ALLOWED",
        "svc.abc.us-east-1.cs.amazonlightsail.com, DOMAIN_NOT_ALLOWED",
        "nameplate.internal, DOMAIN_NOT_ALLOWED",
        "d1.cdn.nameplate.internal, DOMAIN_NOT_ALLOWED",
    })
    void registriesAmazonsAndOurOwnNamesAreRefused(String name, Reason reason) {
        assertThat(STANDARD.refusal(DomainName.parse(name)))
                .hasValueSatisfying(refusal -> {
                    assertThat(refusal.reason()).isEqualTo(reason);
                    assertThat(refusal.message()).contains(DomainName.parse(name).ascii());
                });
    }

    @Test
    void whatTheOperatorBlocksIsRefusedWithAllBelowAndNothingBeside() {
        NamePolicy policy =
                new NamePolicy(
                        SUFFIX,
                        List.of(DomainSuffix.parse("Bank.example"), DomainSuffix.parse("zip")),
                        false);
        assertThat(policy.refusal(DomainName.parse("bank.example"))).isPresent();
        assertThat(policy.refusal(DomainName.parse("*.bank.example"))).isPresent();
        assertThat(policy.refusal(DomainName.parse("a.b.bank.example"))).isPresent();
        assertThat(policy.refusal(DomainName.parse("setup.zip"))).isPresent();
        assertThat(policy.refusal(DomainName.parse("riverbank.example"))).isEmpty();
        assertThat(policy.refusal(DomainName.parse("zip.example"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, true",
        "a.example.co.uk, true",
        "пример.рф, true",
        "shop.example, false",
        "a.test, false",
        "printer.internal, false",
        "host.1corp, false",
    })
    void onlyPublicNamesPassWhereTheOperatorAsksForThem(String name, boolean passes) {
        NamePolicy policy = new NamePolicy(SUFFIX, List.of(), true);
        assertThat(policy.refusal(DomainName.parse(name)).map(NamePolicy.Refusal::reason))
                .isEqualTo(passes ? Optional.empty() : Optional.of(Reason.INVALID_PUBLIC_DOMAIN));
    }

    @Test
    void theFirstRefusedNameOfARequestIsTold() {
        assertThat(
                        STANDARD.refusal(
                                List.of(
                                        DomainName.parse("fine.example"),
                                        DomainName.parse("a.cloudfront.net"),
                                        DomainName.parse("co.uk"))))
                .hasValueSatisfying(refusal ->
                        assertThat(refusal.name().ascii()).isEqualTo("a.cloudfront.net"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "*.zip", "-zip", "1"})
    void aBlockedNameMustBeAName(String text) {
        assertThatThrownBy(() -> DomainSuffix.parse(text))
                .isInstanceOf(DomainName.IllegalDomainName.class);
    }
}
