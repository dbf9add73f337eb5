package dev.nameplate.api.acme;

import dev.nameplate.fuzz.Target;

import java.util.List;

/// The body of a POST to the ACME server, as far as it is read before anybody is asked who sent it: JSON, JWS, keys, a signature.
public final class AcmeRequestTarget {
    private AcmeRequestTarget() {}

    public static void fuzzerInitialize() {
        Target.ACME_REQUEST.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        for (List<String> algorithms : List.of(Jws.SIGNATURES, Jws.MACS)) {
            try {
                Jws jws = Jws.read(AcmeJson.parse(input, "the body"), algorithms);
                if (!algorithms.contains(jws.algorithm())) {
                    throw new AssertionError("taken: " + jws.algorithm());
                }
                jws.isBy(new byte[32]);
                jws.jwk().map(AccountKey::read).ifPresent(key -> verify(jws, key));
                jws.kid();
                jws.nonce();
                jws.body();
            } catch (AcmeProblem refused) {
                if (refused.answer().status() != 400) {
                    throw new AssertionError("not the client's fault", refused);
                }
            }
        }
    }

    private static void verify(Jws jws, AccountKey key) {
        if (!AccountKey.stored(key.jwk()).equals(key)) {
            throw new AssertionError("a stored key is read otherwise");
        }
        try {
            jws.verify(key);
        } catch (AcmeProblem _) {
            // By another key, or by none.
        }
    }
}
