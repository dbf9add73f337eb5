package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.ServedCertificate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// The smallest X.509 certificate that a TLS client parses, written in DER by hand. Nobody trusts it: for [SelfTest] and the warm-up only.
public final class SelfSigned {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    private static final byte[] ECDSA_SHA256 = {
        0x30, 0x0a, 0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
    };

    /// id-at-commonName, 2.5.4.3.
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SelfSigned() {}

    public static ServedCertificate certificate(String commonName, Instant now)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        byte[] name =
                der(
                        SEQUENCE,
                        der(
                                SET,
                                der(
                                        SEQUENCE,
                                        COMMON_NAME,
                                        der(
                                                UTF8_STRING,
                                                commonName.getBytes(StandardCharsets.UTF_8)))));
        byte[] validity =
                der(
                        SEQUENCE,
                        time(now.minus(Duration.ofDays(1))),
                        time(now.plus(Duration.ofDays(1))));
        byte[] unsigned =
                der(
                        SEQUENCE,
                        der(INTEGER, new byte[] {1}),
                        ECDSA_SHA256,
                        name,
                        validity,
                        name,
                        keys.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(unsigned);
        byte[] leaf =
                der(
                        SEQUENCE,
                        unsigned,
                        ECDSA_SHA256,
                        der(BIT_STRING, new byte[] {0}, signature.sign()));
        return new ServedCertificate(commonName, List.of(leaf), keys.getPrivate().getEncoded());
    }

    private static byte[] time(Instant instant) {
        return der(GENERALIZED_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            body.writeBytes(content);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        int length = body.size();
        if (length >= 0x100) {
            whole.write(0x82);
            whole.write(length >> 8);
        } else if (length >= 0x80) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }
}
