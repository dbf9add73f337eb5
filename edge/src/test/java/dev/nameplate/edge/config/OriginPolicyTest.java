package dev.nameplate.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;

final class OriginPolicyTest {
    private static final OriginPolicy PUBLIC_ONLY = new OriginPolicy(false, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "fe80::1",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "ff02::1"
            })
    void linkLocalMetadataAndMeaninglessAddressesAreNeverAllowed(String address) throws Exception {
        assertThat(OriginPolicy.STANDARD.allows(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "fd12::1",
                "64:ff9b::a00:1"
            })
    void loopbackAndPrivateRangesAreASetting(String address) throws Exception {
        assertThat(OriginPolicy.STANDARD.allows(InetAddress.getByName(address))).isTrue();
        assertThat(PUBLIC_ONLY.allows(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "8.8.8.8", "2001:db8::1", "172.32.0.1"})
    void publicAddressesAreAllowed(String address) throws Exception {
        assertThat(PUBLIC_ONLY.allows(InetAddress.getByName(address))).isTrue();
    }
}
