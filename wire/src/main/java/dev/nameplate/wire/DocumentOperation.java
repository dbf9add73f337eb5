package dev.nameplate.wire;

import dev.nameplate.wire.codec.Document;

import java.util.Map;

/// An operation for which the SDK has no classes yet, as a [Service] offers it.
@FunctionalInterface
public interface DocumentOperation {
    /// @param request decoded, and within the constraints of its description
    /// @return the answer's members, as [dev.nameplate.wire.codec.DocumentType#with] takes them
    Map<String, ?> call(Caller caller, Document request);
}
