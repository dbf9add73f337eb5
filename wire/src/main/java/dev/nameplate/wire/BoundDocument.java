package dev.nameplate.wire;

import dev.nameplate.wire.codec.Document;
import dev.nameplate.wire.codec.DocumentType;
import dev.nameplate.wire.model.OperationModel;

import software.amazon.awssdk.core.SdkPojo;

/// A [DocumentOperation] bound to its description.
final class BoundDocument implements BoundOperation {
    private final DocumentOperation operation;
    private final DocumentType request;
    private final DocumentType response;

    BoundDocument(DocumentOperation operation, OperationModel model) {
        this.operation = operation;
        this.request = DocumentType.of(model.input().orElseThrow());
        this.response = DocumentType.of(model.output().orElseThrow());
    }

    @Override
    public SdkPojo newRequestBuilder() {
        return request.empty();
    }

    @Override
    public SdkPojo call(Caller caller, SdkPojo input) {
        return response.with(operation.call(caller, (Document) input));
    }
}
