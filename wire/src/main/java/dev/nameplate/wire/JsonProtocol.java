package dev.nameplate.wire;

import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.model.OperationModel;
import dev.nameplate.wire.model.ServiceModel;

import software.amazon.awssdk.core.SdkPojo;

import java.util.Optional;

/// AWS JSON 1.1: every call is a `POST`, the operation stands behind the dot of `X-Amz-Target`.
final class JsonProtocol implements Protocol {

    static final String TARGET = "X-Amz-Target";
    static final String CONTENT_TYPE = "application/x-amz-json-1.1";

    private final ServiceModel model;
    private final JsonCodec json;

    JsonProtocol(ServiceModel model, JsonCodec json) {
        this.model = model;
        this.json = json;
    }

    @Override
    public Optional<Call> call(HttpRequest request) {
        return request.headers()
                .first(TARGET)
                .filter(_ -> request.method().equals("POST"))
                .map(target -> target.substring(target.indexOf('.') + 1))
                .flatMap(name -> Optional.ofNullable(model.operations().get(name)))
                .map(operation ->
                        new Call(operation, builder -> json.decode(request.body(), builder)));
    }

    /// Operations without output answer `{}`, which every SDK takes.
    @Override
    public HttpResponse encode(OperationModel operation, SdkPojo response, String requestId) {
        return new HttpResponse(
                operation.status(),
                Headers.of("Content-Type", CONTENT_TYPE),
                json.encode(response));
    }
}
