package dev.nameplate.wire.sigv4;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a signature covers, as received.
///
/// @param headers values by lower-case name, in the order received
@SuppressWarnings("ArrayRecordComponent") // Hashed, never compared.
public record SignedRequest(
        String method,
        String rawPath,
        String rawQuery,
        Map<String, List<String>> headers,
        byte[] body) {

    Optional<String> header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of()).stream().findFirst();
    }
}
