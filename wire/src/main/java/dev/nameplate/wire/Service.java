package dev.nameplate.wire;

import software.amazon.awssdk.core.SdkClient;

import java.util.Map;
import java.util.function.Function;

/// An AWS service offered here: an object that implements the SDK's own client interface, made for
/// each caller. Operations it does not override are refused in the service's own terms, and the
/// SDK's typed exceptions are its way to refuse.
///
/// @param client the SDK's client interface, such as `AcmClient.class`
/// @param documents operations that the SDK's version does not know yet, by name
public record Service<C extends SdkClient>(
        AwsApi api,
        Class<C> client,
        Function<Caller, ? extends C> forCaller,
        Map<String, DocumentOperation> documents) {

    public Service(AwsApi api, Class<C> client, Function<Caller, ? extends C> forCaller) {
        this(api, client, forCaller, Map.of());
    }

    public Service {
        documents = Map.copyOf(documents);
        if (!client.isInterface()) {
            throw new IllegalArgumentException(client + " is not an SDK client interface");
        }
    }
}
