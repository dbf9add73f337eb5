package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/// Which certificates a distribution may serve: the account's own, made in us-east-1, and issued.
final class AttachableCertificates {
    private final Certificates certificates;
    private final ResourceNames names;
    private final InstantSource clock;

    AttachableCertificates(Certificates certificates, ResourceNames names, InstantSource clock) {
        this.certificates = certificates;
        this.names = names;
        this.clock = clock;
    }

    Certificate require(Handle handle, Call call, String name) {
        NamedResource resource =
                names.find(handle, call, ResourceType.CERTIFICATE, name)
                        .orElseThrow(() -> notHere(handle, call, name));
        Certificate certificate =
                certificates
                        .find(
                                handle,
                                call.account(),
                                new CertificateId(UUID.fromString(resource.target())))
                        .orElseThrow(() -> Refusal.notFound(ResourceType.CERTIFICATE, name));
        CertificateStatus status = CertificateView.status(certificate, clock.instant());
        if (status != CertificateStatus.ISSUED) {
            throw Refusal.invalid(
                    "Sorry, you can only attach a validated certificate to a distribution. The status"
                            + " of '"
                            + name
                            + "' is "
                            + status
                            + ", not ISSUED.");
        }
        return certificate;
    }

    private RuntimeException notHere(Handle handle, Call call, String name) {
        List<Region> elsewhere =
                names.regionsOf(handle, call.account(), ResourceType.CERTIFICATE, name);
        if (elsewhere.isEmpty()) {
            return Refusal.notFound(ResourceType.CERTIFICATE, name);
        }
        return Refusal.invalid(
                "Only certificates created in the us-east-1 Region can be attached to a distribution,"
                        + " and '"
                        + name
                        + "' was created in "
                        + elsewhere.getFirst()
                        + ".");
    }
}
