package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.wire.Headers;

/// What a call comes to, before nonce and links are added.
@SuppressWarnings("ArrayRecordComponent") // never compared
record AcmeAnswer(int status, Headers headers, byte[] body) {
    static AcmeAnswer json(int status, JsonNode body) {
        return new AcmeAnswer(
                status, Headers.of("Content-Type", "application/json"), AcmeJson.bytes(body));
    }

    static AcmeAnswer empty(int status) {
        return new AcmeAnswer(status, Headers.none(), new byte[0]);
    }

    AcmeAnswer with(String header, String value) {
        return new AcmeAnswer(status, headers.with(header, value), body);
    }

    /// Another field of the same name, beside those there are.
    AcmeAnswer link(String target, String relation) {
        Headers.Builder more = Headers.builder();
        headers.forEach(more::add);
        more.add("Link", "<" + target + ">;rel=\"" + relation + "\"");
        return new AcmeAnswer(status, more.build(), body);
    }
}
