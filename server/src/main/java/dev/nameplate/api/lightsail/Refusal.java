package dev.nameplate.api.lightsail;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.InvalidInputException;
import software.amazon.awssdk.services.lightsail.model.NotFoundException;
import software.amazon.awssdk.services.lightsail.model.ResourceType;

/// Lightsail's ways to say no.
final class Refusal {
    private Refusal() {}

    /// @param message may be an exception's own, which Java allows to be missing
    static InvalidInputException invalid(@Nullable String message) {
        return InvalidInputException.builder().message(message).build();
    }

    static InvalidInputException unsupported(String message) {
        return InvalidInputException.builder()
                .code("UnsupportedOperation")
                .message(message)
                .build();
    }

    static InvalidInputException nameExists(String name) {
        return InvalidInputException.builder()
                .code("NameExists")
                .message("Some names are already in use: " + name)
                .build();
    }

    static NotFoundException notFound(ResourceType type, String name) {
        return notFound("The " + type + " does not exist: " + name);
    }

    static NotFoundException notFound(@Nullable String message) {
        return NotFoundException.builder().message(message).build();
    }
}
