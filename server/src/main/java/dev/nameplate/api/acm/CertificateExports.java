package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.certificate.State;
import dev.nameplate.db.Database;
import dev.nameplate.pki.EncryptedKey;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.X509;

import software.amazon.awssdk.services.acm.model.ExportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ExportCertificateResponse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/// ExportCertificate: the one way a certificate's private key leaves this server, under the caller's passphrase and only if the
/// certificate was asked for as exportable.
final class CertificateExports {
    private final Database database;
    private final Certificates certificates;
    private final KnownCertificate known;
    private final SecureRandom random;

    CertificateExports(Database database, Certificates certificates, SecureRandom random) {
        this.database = database;
        this.certificates = certificates;
        this.known = new KnownCertificate(certificates);
        this.random = random;
    }

    ExportCertificateResponse export(Call call, ExportCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        byte[] passphrase = request.passphrase().asByteArray();
        requireUsable(passphrase);
        // That a key leaves is on record before it does.
        Certificate exported =
                database.write(write -> {
                    Certificate found = exportable(known.require(write.handle(), call, arn), arn);
                    certificates.exported(write, found);
                    return found;
                });
        ServingMaterial material =
                database.read(handle -> certificates.material(handle, exported.id()))
                        .orElseThrow(() -> Refusal.notFound(arn, call));
        char[] characters = StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(passphrase)).array();
        try {
            List<X509Certificate> chain = material.chain().stream().map(X509::parseOne).toList();
            return ExportCertificateResponse.builder()
                    .certificate(Pem.of(chain.getFirst()))
                    .certificateChain(Pem.of(chain.subList(1, chain.size())))
                    .privateKey(
                            EncryptedKey.pem(
                                    material.privateKey(),
                                    characters,
                                    EncryptedKey.Hardness.IN_AN_ANSWER,
                                    random))
                    .build();
        } finally {
            Arrays.fill(material.privateKey(), (byte) 0);
            Arrays.fill(passphrase, (byte) 0);
            Arrays.fill(characters, '\0');
        }
    }

    private static Certificate exportable(Certificate certificate, CertificateArn arn) {
        KnownCertificate.requireIssued(certificate, arn);
        if (!certificate.export().allowed()) {
            throw Refusal.validation(
                    "Certificate "
                            + arn
                            + " is not exportable. Only a certificate requested with the option Export"
                            + " ENABLED is, and the option cannot be changed afterwards.");
        }
        if (certificate.state() instanceof State.Revoked) {
            throw Refusal.validation(
                    "Certificate " + arn + " is revoked and is not exported any more.");
        }
        return certificate;
    }

    /// Its length is the model's, checked before.
    private static void requireUsable(byte[] passphrase) {
        for (byte character : passphrase) {
            if (character < ' ' || character > '~' || "#$%".indexOf(character) >= 0) {
                throw Refusal.validation(
                        "The passphrase can have printable ASCII characters only, and none of #, $"
                                + " and %.");
            }
        }
    }
}
