package dev.nameplate.wire;

import dev.nameplate.wire.sigv4.Scope;
import dev.nameplate.wire.sigv4.Signature;
import dev.nameplate.wire.sigv4.SignatureRefused;
import dev.nameplate.wire.sigv4.SignatureRefused.Reason;
import dev.nameplate.wire.sigv4.SignedRequest;

import java.time.Duration;
import java.time.InstantSource;

/// Turns a signed request into its [Caller], or refuses it.
final class Authenticator {

    private final CredentialLookup credentials;
    private final InstantSource clock;
    private final Duration skew;

    Authenticator(CredentialLookup credentials, InstantSource clock, Duration skew) {
        this.credentials = credentials;
        this.clock = clock;
        this.skew = skew;
    }

    static SignedRequest signed(HttpRequest request) {
        return new SignedRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                request.headers().asMap(),
                request.body());
    }

    Caller authenticate(HttpRequest request, AwsApi api) {
        try {
            Signature signature = Signature.of(signed(request));
            Credential credential =
                    credentials.find(signature.accessKeyId()).orElseThrow(Signature::invalidToken);
            String region = region(signature.scope(), api);
            signature.verify(credential.secretAccessKey(), clock.instant(), skew);
            return new Caller(credential.account(), credential.accessKeyId(), region);
        } catch (SignatureRefused e) {
            throw new Refused(fault(e.reason()), e.getMessage());
        }
    }

    private static String region(Scope scope, AwsApi api) {
        if (!scope.service().equals(api.signingName())) {
            throw new SignatureRefused(
                    Reason.MISMATCH,
                    "Credential should be scoped to correct service: '" + api.signingName() + "'.");
        }
        return api.region(scope.region())
                .orElseThrow(() ->
                        new SignatureRefused(
                                Reason.MISMATCH,
                                "Credential should be scoped to a valid region, not '"
                                        + scope.region()
                                        + "'."));
    }

    private static Fault fault(Reason reason) {
        return switch (reason) {
            case NO_CREDENTIALS -> Fault.NO_CREDENTIALS;
            case INCOMPLETE -> Fault.INCOMPLETE_SIGNATURE;
            case UNKNOWN_KEY -> Fault.UNKNOWN_KEY;
            case MISMATCH -> Fault.WRONG_SIGNATURE;
            case PAYLOAD_NOT_SIGNED -> Fault.INVALID_INPUT;
        };
    }
}
