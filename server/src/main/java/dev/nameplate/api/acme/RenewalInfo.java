package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.enrolment.EnrolledCertificate;
import dev.nameplate.enrolment.EnrolledCertificates;

import java.math.BigInteger;
import java.util.Base64;
import java.util.Optional;

/// When certificates should be renewed (RFC 9773). A certificate is named by its issuer's key identifier and its serial number.
final class RenewalInfo {
    /// Six hours, in seconds: soon enough to hear of a mass revocation.
    private static final String AGAIN = "21600";

    private static final int LONGEST = 200;

    private final EnrolledCertificates certificates;

    RenewalInfo(EnrolledCertificates certificates) {
        this.certificates = certificates;
    }

    private record Name(byte[] keyIdentifier, BigInteger serial) {}

    AcmeAnswer answer(String text) {
        Name name = parse(text).orElseThrow(AcmeProblem::notFound);
        EnrolledCertificates.Window window =
                certificates
                        .renewal(name.keyIdentifier(), name.serial())
                        .orElseThrow(AcmeProblem::notFound);
        ObjectNode json = AcmeJson.object();
        json.putObject("suggestedWindow")
                .put("start", window.start().toString())
                .put("end", window.end().toString());
        return AcmeAnswer.json(200, json).with("Retry-After", AGAIN);
    }

    /// The serial number of the certificate that an order says it replaces.
    ///
    /// @throws AcmeProblem if there is no such certificate
    String serial(String text) {
        return parse(text)
                .flatMap(name -> certificates.replaced(name.keyIdentifier(), name.serial()))
                .orElseThrow(() ->
                        AcmeProblem.malformed(
                                "replaces names no certificate that was signed for an order here"));
    }

    static String name(EnrolledCertificate certificate) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(certificate.authorityKeyIdentifier())
                + "."
                + encoder.encodeToString(certificate.leaf().getSerialNumber().toByteArray());
    }

    private static Optional<Name> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1 || dot == text.length() - 1 || text.length() > LONGEST || text.contains("=")) {
            return Optional.empty();
        }
        try {
            Base64.Decoder decoder = Base64.getUrlDecoder();
            return Optional.of(
                    new Name(
                            decoder.decode(text.substring(0, dot)),
                            new BigInteger(decoder.decode(text.substring(dot + 1)))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
