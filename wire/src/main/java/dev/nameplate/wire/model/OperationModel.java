package dev.nameplate.wire.model;

import java.util.Optional;

/// One operation.
///
/// @param uri path template and literal query, as in `/2020-05-31/tagging?Operation=Tag`
/// @param status of success
/// @param inputRoot root element of a request body that is not one payload member
public record OperationModel(
        String name,
        String method,
        String uri,
        int status,
        Optional<Shape> input,
        Optional<Shape> output,
        Optional<String> inputRoot) {}
