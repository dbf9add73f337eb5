package dev.nameplate.wire.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One service's description, read from the resource of its name.
///
/// @param targetPrefix what precedes the dot in `X-Amz-Target`, empty for services without it
/// @param errors modelled errors by [#errorKey] of their SDK exception class
public record ServiceModel(
        String apiVersion,
        String targetPrefix,
        Map<String, OperationModel> operations,
        Map<String, Shape> shapes,
        Map<String, ErrorModel> errors) {

    public static ServiceModel load(String name) {
        String resource = name + ".json";
        try (InputStream in = ServiceModel.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no service description named " + resource);
            }
            return ModelReader.read(in, Relaxations.of(name)).withLater(name);
        } catch (IOException e) {
            throw new UncheckedIOException("reading service description " + resource, e);
        }
    }

    private ServiceModel withLater(String name) {
        return new ServiceModel(
                apiVersion, targetPrefix, LaterOperations.with(name, operations), shapes, errors);
    }

    /// The modelled error an SDK exception class stands for.
    public Optional<ErrorModel> error(Class<?> exception) {
        return Optional.ofNullable(errors.get(errorKey(exception.getSimpleName())));
    }

    /// The SDK changes the case of acronyms and makes every error end in `Exception`; without case and
    /// ending, both spellings agree.
    static String errorKey(String shapeOrClass) {
        return shapeOrClass.toLowerCase(Locale.ROOT).replaceFirst("(exception|fault)$", "");
    }
}
