package dev.nameplate.saas;

/// Where an entry's certificate comes from.
public sealed interface CertificateSource {

    /// Asked for, and proven by DNS.
    record Request() implements CertificateSource {}

    /// The certificate of another entry of the job, whose wildcard covers every name of this one.
    ///
    /// @param entry that entry's place in the job, from 0
    record SharedWith(int entry) implements CertificateSource {}

    /// Brought along. The key leaves memory for the vault only.
    record Pem(byte[] certificate, byte[] privateKey, byte[] chain) implements CertificateSource {
        @Override
        public String toString() {
            return "Pem[redacted]";
        }
    }
}
