package dev.nameplate.wire;

/// A request as it came off the wire. Signatures cover the bytes sent, so path and query are the raw,
/// still encoded ones, and `headers` must hold `host` (an HTTP/2 door puts `:authority` there).
///
/// @param rawQuery without the question mark, empty when there is none
/// @param body the whole body, empty when there is none; not copied, and not to be changed
@SuppressWarnings("ArrayRecordComponent") // Bodies are read once and passed on, never compared.
public record HttpRequest(
        String method, String rawPath, String rawQuery, Headers headers, byte[] body) {

    public HttpRequest with(byte[] newBody) {
        return new HttpRequest(method, rawPath, rawQuery, headers, newBody);
    }

    /// Method and path only: headers, query and body may carry secrets.
    @Override
    public String toString() {
        return method + " " + rawPath;
    }
}
