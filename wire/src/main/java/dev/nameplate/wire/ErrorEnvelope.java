package dev.nameplate.wire;

import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.codec.XmlWriter;

/// Writes errors. JSON ones say their type twice, since SDKs differ in where they look first.
final class ErrorEnvelope {

    private final JsonCodec json;

    ErrorEnvelope(JsonCodec json) {
        this.json = json;
    }

    HttpResponse write(AwsApi api, ErrorAnswer error, String requestId) {
        if (api.speaksJson()) {
            return new HttpResponse(
                    error.status(),
                    Headers.of(
                            "Content-Type",
                            JsonProtocol.CONTENT_TYPE,
                            "x-amzn-ErrorType",
                            error.code()),
                    json.encode(error.json(), error.members()));
        }
        byte[] body =
                new XmlWriter()
                        .open("ErrorResponse", api.xmlNamespace())
                        .open("Error")
                        .element("Type", error.status() < 500 ? "Sender" : "Receiver")
                        .element("Code", error.code())
                        .element("Message", error.message())
                        .close("Error")
                        .element("RequestId", requestId)
                        .close("ErrorResponse")
                        .toBytes();
        return new HttpResponse(error.status(), Headers.of("Content-Type", "text/xml"), body);
    }
}
