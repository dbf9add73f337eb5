package dev.nameplate.wire;

import dev.nameplate.wire.model.ErrorModel;
import dev.nameplate.wire.model.ServiceModel;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An error about to be written in a protocol's envelope.
///
/// @param messageMember the message's name in JSON
/// @param texts further members of ours
/// @param members the object whose set members are written too: the SDK exception itself
record ErrorAnswer(
        int status,
        String code,
        String message,
        String messageMember,
        Map<String, String> texts,
        SdkPojo members) {

    static ErrorAnswer of(AwsApi api, Fault fault, String message) {
        Fault.Code code = fault.in(api);
        // Lightsail's errors have a finer code inside.
        Map<String, String> texts =
                api == AwsApi.LIGHTSAIL && fault == Fault.UNSUPPORTED_OPERATION
                        ? Map.of("code", "UnsupportedOperation")
                        : Map.of();
        return new ErrorAnswer(
                code.status(), code.name(), message, "message", texts, new NoMembers());
    }

    /// A service's own refusal, by the description of its class. An exception that is not described,
    /// such as the service's base class, must carry an error code itself.
    static Optional<ErrorAnswer> of(ServiceModel model, AwsServiceException exception) {
        String message = Optional.ofNullable(message(exception)).orElse("");
        Optional<ErrorModel> described = model.error(exception.getClass());
        if (described.isPresent()) {
            ErrorModel error = described.get();
            return Optional.of(
                    new ErrorAnswer(
                            error.status(),
                            error.code(),
                            message,
                            error.messageMember(),
                            Map.of(),
                            exception));
        }
        int status = exception.statusCode() == 0 ? 400 : exception.statusCode();
        return Optional.ofNullable(exception.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .map(code ->
                        new ErrorAnswer(status, code, message, "message", Map.of(), exception));
    }

    /// `__type`, message and the rest, as a JSON error has them.
    Map<String, String> json() {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("__type", code);
        json.put(messageMember, message);
        json.putAll(texts);
        return json;
    }

    private static @Nullable String message(AwsServiceException exception) {
        AwsErrorDetails details = exception.awsErrorDetails();
        return details != null && details.errorMessage() != null
                ? details.errorMessage()
                : exception.rawMessage();
    }

    private record NoMembers() implements SdkPojo {
        @Override
        public List<SdkField<?>> sdkFields() {
            return List.of();
        }

        @Override
        public Map<String, SdkField<?>> sdkFieldNameToField() {
            return Map.of();
        }
    }
}
