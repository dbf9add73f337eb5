package dev.nameplate.wire;

import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.codec.XmlCodec;
import dev.nameplate.wire.model.OperationModel;
import dev.nameplate.wire.model.ServiceModel;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A [Service] with its description and protocol. Operations bind to the SDK when first asked for.
final class OfferedService {

    private final Service<?> service;
    private final ServiceModel model;
    private final Protocol protocol;
    private final Map<String, BoundOperation> bound = new ConcurrentHashMap<>();

    OfferedService(Service<?> service, JsonCodec json, XmlCodec xml) {
        AwsApi api = service.api();
        this.service = service;
        this.model = ServiceModel.load(api.signingName());
        this.protocol =
                switch (api) {
                    case LIGHTSAIL, ACM -> new JsonProtocol(model, json);
                    case CLOUDFRONT -> new RestXmlProtocol(model, api.xmlNamespace(), xml);
                    case STS -> new QueryProtocol(model, api.xmlNamespace(), xml);
                };
    }

    AwsApi api() {
        return service.api();
    }

    Protocol protocol() {
        return protocol;
    }

    /// Whether `X-Amz-Target` names this service.
    boolean isTarget(String target) {
        return !model.targetPrefix().isEmpty() && target.startsWith(model.targetPrefix() + ".");
    }

    BoundOperation bind(OperationModel operation) {
        return bound.computeIfAbsent(
                operation.name(),
                name -> {
                    DocumentOperation document = service.documents().get(name);
                    if (document != null) {
                        return new BoundDocument(document, operation);
                    }
                    try {
                        return SdkOperation.bind(service, operation);
                    } catch (ClassNotFoundException _) {
                        throw SdkOperation.unsupported(name);
                    }
                });
    }

    /// The service's refusal as this API writes it. Another API's exception that slipped through is
    /// a fault of ours, and no answer.
    Optional<ErrorAnswer> refusal(AwsServiceException exception) {
        String models = service.client().getPackageName() + ".model";
        return exception.getClass().getPackageName().equals(models)
                ? ErrorAnswer.of(model, exception)
                : Optional.empty();
    }
}
