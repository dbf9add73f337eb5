package dev.nameplate.wire;

/// An answer, whole or written as it comes. `Content-Length` is left to the server that writes it.
public sealed interface Reply permits HttpResponse, StreamedResponse {
    int status();

    Headers headers();
}
