package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.AcmException;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.lightsail.LightsailClient;

/// An ACM door, and a Lightsail one beside it, on a test's own store.
final class AcmDoor {
    final TestFeatures features;
    final Acm door;
    final AcmClient acm;
    final LightsailClient lightsail;

    AcmDoor(Database database) {
        this(database, new TestFeatures(database));
    }

    AcmDoor(Database database, TestFeatures features) {
        this.features = features;
        door =
                new Acm(
                        database,
                        features.certificates,
                        features.tags,
                        AcmSettings.DEFAULT,
                        features.clock,
                        features.random);
        acm = in("us-east-1");
        lightsail = features.lightsail().as(TestFeatures.caller("us-east-1"));
    }

    AcmClient in(String region) {
        return door.as(TestFeatures.caller(region));
    }

    String request(String domain, String... alternatives) {
        return acm.requestCertificate(r ->
                        r.domainName(domain)
                                .validationMethod("DNS")
                                .subjectAlternativeNames(alternatives))
                .certificateArn();
    }

    String importOf(TestCa.Issued issued) {
        return acm.importCertificate(r ->
                        r.certificate(SdkBytes.fromByteArray(issued.certificatePem()))
                                .privateKey(SdkBytes.fromByteArray(issued.privateKeyPem()))
                                .certificateChain(chain(issued)))
                .certificateArn();
    }

    static SdkBytes chain(TestCa.Issued issued) {
        return SdkBytes.fromByteArray(issued.chainPem());
    }

    CertificateDetail describe(String arn) {
        return acm.describeCertificate(r -> r.certificateArn(arn)).certificate();
    }

    static void assertRefused(
            ThrowingCallable call, Class<? extends AcmException> type, String message) {
        assertThatExceptionOfType(type)
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(message));
    }
}
