package dev.nameplate.enrolment;

import dev.nameplate.fuzz.Target;
import dev.nameplate.names.DomainName;

/// A certificate request, DER.
public final class CsrTarget {
    private CsrTarget() {}

    public static void fuzzerInitialize() {
        Target.CSR.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            CertificateSigningRequest request = CertificateSigningRequest.read(input);
            for (DomainName name : request.names()) {
                if (!DomainName.parse(name.ascii()).equals(name)) {
                    throw new AssertionError("a name that is read otherwise: " + name);
                }
            }
            if (request.keyFingerprint().isBlank()) {
                throw new AssertionError("no key");
            }
        } catch (Refused refused) {
            if (refused.problem().kind() != Problem.Kind.BAD_CSR) {
                throw refused;
            }
        }
    }
}
