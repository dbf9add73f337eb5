package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.CertificateExport;
import software.amazon.awssdk.services.acm.model.ExportCertificateResponse;
import software.amazon.awssdk.services.acm.model.RenewalEligibility;
import software.amazon.awssdk.services.acm.model.RequestInProgressException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.RevocationReason;
import software.amazon.awssdk.services.acm.model.ValidationException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

final class CertificateExportsTest {
    private static final String PASSPHRASE = "correct horse 8!";

    @StoreTest
    void theKeyOpensWithThePassphraseAndBelongsToTheCertificate(Database database)
            throws GeneralSecurityException, IOException {
        var door = new AcmDoor(database);
        String arn = exportable(door);
        AcmDoor.assertRefused(
                () -> export(door, arn, PASSPHRASE),
                RequestInProgressException.class,
                "is not issued yet");
        door.features.settleCertificates();
        assertThat(door.describe(arn).options().export()).isEqualTo(CertificateExport.ENABLED);
        assertThat(door.describe(arn).renewalEligibility())
                .isEqualTo(RenewalEligibility.INELIGIBLE);

        ExportCertificateResponse exported = export(door, arn, PASSPHRASE);

        var pem = door.acm.getCertificate(r -> r.certificateArn(arn));
        assertThat(exported.certificate()).isEqualTo(pem.certificate());
        assertThat(exported.certificateChain()).isEqualTo(pem.certificateChain());
        assertThat(matches(exported, PASSPHRASE)).isTrue();
        assertThatThrownBy(() -> matches(exported, "wrong horse 8!"))
                .isInstanceOf(GeneralSecurityException.class);
        assertThat(export(door, arn, PASSPHRASE).privateKey()).isNotEqualTo(exported.privateKey());
        assertThat(door.describe(arn).renewalEligibility()).isEqualTo(RenewalEligibility.ELIGIBLE);
        var summary =
                door.acm
                        .listCertificates(r ->
                                r.includes(i ->
                                        i.keyTypesWithStrings("EC_prime256v1")
                                                .exportOption("ENABLED")))
                        .certificateSummaryList()
                        .getFirst();
        assertThat(summary.exported()).isTrue();
        assertThat(summary.exportOption()).isEqualTo(CertificateExport.ENABLED);
    }

    @StoreTest
    void onlyWhatWasRequestedAsExportableIsExported(Database database) {
        var door = new AcmDoor(database);
        String plain = door.request("example.com");
        String imported =
                door.importOf(new TestCa(door.features.clock.instant()).issue("example.org"));
        String exportable = exportable(door);
        door.features.settleCertificates();
        for (String arn : new String[] {plain, imported}) {
            AcmDoor.assertRefused(
                    () -> export(door, arn, PASSPHRASE),
                    ValidationException.class,
                    "is not exportable");
        }
        for (String bad : new String[] {"ab#d", "ab$d", "ab%d", "ab\nd", "abäd"}) {
            AcmDoor.assertRefused(
                    () -> export(door, exportable, bad),
                    ValidationException.class,
                    "printable ASCII");
        }
        AcmDoor.assertRefused(
                () -> export(door, exportable.replaceFirst(".{12}$", "000000000000"), PASSPHRASE),
                ResourceNotFoundException.class,
                "Could not find certificate");
        door.acm.revokeCertificate(r ->
                r.certificateArn(exportable).revocationReason(RevocationReason.KEY_COMPROMISE));
        AcmDoor.assertRefused(
                () -> export(door, exportable, PASSPHRASE),
                ValidationException.class,
                "is revoked");
    }

    private static String exportable(AcmDoor door) {
        return door.acm
                .requestCertificate(r ->
                        r.domainName("example.com")
                                .keyAlgorithm("EC_prime256v1")
                                .options(o -> o.export(CertificateExport.ENABLED)))
                .certificateArn();
    }

    private static ExportCertificateResponse export(AcmDoor door, String arn, String passphrase) {
        return door.acm.exportCertificate(r ->
                r.certificateArn(arn)
                        .passphrase(SdkBytes.fromString(passphrase, StandardCharsets.UTF_8)));
    }

    private static boolean matches(ExportCertificateResponse exported, String passphrase)
            throws GeneralSecurityException, IOException {
        String body =
                exported.privateKey()
                        .replace("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "")
                        .replace("\n-----END ENCRYPTED PRIVATE KEY-----\n", "");
        assertThat(body.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(65));
        var sealed = new EncryptedPrivateKeyInfo(Base64.getMimeDecoder().decode(body));
        String algorithm = sealed.getAlgParameters().toString();
        assertThat(algorithm).isEqualTo("PBEWithHmacSHA256AndAES_256");
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(passphrase.toCharArray())),
                sealed.getAlgParameters());
        byte[] pkcs8 = cipher.doFinal(sealed.getEncryptedData());
        PublicKey known =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        exported.certificate().getBytes(StandardCharsets.US_ASCII)))
                        .getPublicKey();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        byte[] signed = signature.sign();
        signature.initVerify(known);
        return signature.verify(signed);
    }
}
