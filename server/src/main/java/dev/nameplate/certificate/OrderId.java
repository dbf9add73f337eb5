package dev.nameplate.certificate;

/// What an order to an issuer is for. There is at most one open order for each, in the whole installation.
public record OrderId(CertificateId certificate, Slot slot) {
    public enum Slot {
        /// The material that is the certificate's own, at first or by renewal.
        MAIN,
        /// What is kept ready beside it.
        SPARE
    }

    public static OrderId main(CertificateId certificate) {
        return new OrderId(certificate, Slot.MAIN);
    }

    /// `<certificate id>` or `<certificate id>/spare`.
    @Override
    public String toString() {
        return switch (slot) {
            case MAIN -> certificate.toString();
            case SPARE -> certificate + "/spare";
        };
    }
}
