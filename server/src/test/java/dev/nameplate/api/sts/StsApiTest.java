package dev.nameplate.api.sts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.testkit.TestFeatures;

import org.junit.jupiter.api.Test;

final class StsApiTest {

    @Test
    void anAccessKeySpeaksForItsWholeAccount() {
        var identity = new StsApi(TestFeatures.caller("us-east-1")).getCallerIdentity();
        assertThat(identity.account()).isEqualTo("123456789012");
        assertThat(identity.userId()).isEqualTo("123456789012");
        assertThat(identity.arn()).isEqualTo("arn:aws:iam::123456789012:root");
    }
}
