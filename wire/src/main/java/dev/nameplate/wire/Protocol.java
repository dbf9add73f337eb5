package dev.nameplate.wire;

import dev.nameplate.wire.model.OperationModel;

import software.amazon.awssdk.core.SdkPojo;

import java.util.Optional;
import java.util.function.UnaryOperator;

/// How one service's calls look on the wire. Errors are [ErrorEnvelope]'s.
sealed interface Protocol permits JsonProtocol, RestXmlProtocol, QueryProtocol {

    /// What the request asks for, or empty when that is nothing this service has.
    Optional<Call> call(HttpRequest request);

    HttpResponse encode(OperationModel operation, SdkPojo response, String requestId);

    /// A found operation, and how to fill a builder of its request class from the request.
    record Call(OperationModel operation, UnaryOperator<SdkPojo> decode) {}
}
