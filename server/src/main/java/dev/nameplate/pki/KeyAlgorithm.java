package dev.nameplate.pki;

/// The kind and size of a certificate's key.
public enum KeyAlgorithm {
    RSA_1024,
    RSA_2048,
    RSA_3072,
    RSA_4096,
    EC_P256,
    EC_P384,
    EC_P521
}
