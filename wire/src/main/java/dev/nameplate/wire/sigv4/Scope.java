package dev.nameplate.wire.sigv4;

import dev.nameplate.wire.sigv4.SignatureRefused.Reason;

/// Where and when a signature counts: `20150830/us-east-1/acm/aws4_request`.
///
/// @param date the day as `yyyymmdd`
public record Scope(String date, String region, String service) {

    static final String TERMINATOR = "aws4_request";

    /// Reads `accessKeyId/date/region/service/aws4_request` past its first part.
    static Scope parse(String[] credential) {
        if (!credential[4].equals(TERMINATOR)) {
            throw new SignatureRefused(
                    Reason.MISMATCH,
                    "Credential should be scoped with a valid terminator: 'aws4_request', not '"
                            + credential[4]
                            + "'.");
        }
        return new Scope(credential[1], credential[2], credential[3]);
    }

    @Override
    public String toString() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }
}
