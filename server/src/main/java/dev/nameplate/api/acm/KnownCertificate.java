package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.State;

import org.jdbi.v3.core.Handle;

/// Finds the certificate an ARN means, for its own account and Region only.
record KnownCertificate(Certificates certificates) {

    Certificate require(Handle handle, Call call, CertificateArn arn) {
        if (!arn.isOf(call.account(), call.region())) {
            throw Refusal.notFound(arn, call);
        }
        return arn.id()
                .flatMap(id -> certificates.find(handle, call.account(), id))
                .filter(found -> found.region().equals(call.region()))
                .orElseThrow(() -> Refusal.notFound(arn, call));
    }

    /// It has been issued or imported, whatever became of it.
    static void requireIssued(Certificate certificate, CertificateArn arn) {
        switch (certificate.state()) {
            case State.Issued _, State.Revoked _ -> {}
            case State.Pending _ ->
                    throw Refusal.inProgress(
                            "Certificate "
                                    + arn
                                    + " is not issued yet: it waits for its validation.");
            case State.Failed failed ->
                    throw Refusal.notFound(
                            "Certificate " + arn + " was not issued: " + failed.reason() + ".");
            case State.TimedOut _ ->
                    throw Refusal.notFound(
                            "Certificate " + arn + " was not issued: its validation timed out.");
        }
    }
}
