package dev.nameplate.wire;

/// An answer ready to be written. `Content-Length` is left to the server that writes it.
@SuppressWarnings("ArrayRecordComponent") // Bodies are written once, never compared.
public record HttpResponse(int status, Headers headers, byte[] body) implements Reply {

    @Override
    public String toString() {
        return status + " " + headers + " " + body.length + " bytes";
    }
}
