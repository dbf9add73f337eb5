package dev.nameplate.wire.codec;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A structure by its members' names, where the SDK has no class to hold it; made by its [DocumentType]. Absent members are
/// empty.
public final class Document implements SdkPojo, Buildable {
    private final DocumentType type;
    private final Map<String, Object> members = new HashMap<>();

    Document(DocumentType type) {
        this.type = type;
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    public Optional<String> text(String name) {
        return member(name, String.class);
    }

    public Optional<Boolean> flag(String name) {
        return member(name, Boolean.class);
    }

    public Optional<Integer> number(String name) {
        return member(name, Integer.class);
    }

    public Optional<Instant> time(String name) {
        return member(name, Instant.class);
    }

    public Optional<Document> document(String name) {
        return member(name, Document.class);
    }

    /// The structures of a list; those that are null are left out.
    public Optional<List<Document>> documents(String name) {
        return Optional.ofNullable(members.get(name))
                .map(list ->
                        ((List<?>) list)
                                .stream()
                                        .filter(Document.class::isInstance)
                                        .map(Document.class::cast)
                                        .toList());
    }

    private <T> Optional<T> member(String name, Class<T> kind) {
        return Optional.ofNullable(members.get(name)).map(kind::cast);
    }

    <T> @Nullable T member(String name, Function<Object, T> cast) {
        Object value = members.get(name);
        return value == null ? null : cast.apply(value);
    }

    void set(String name, Object value) {
        members.put(name, value);
    }

    @Override
    public List<SdkField<?>> sdkFields() {
        return List.copyOf(type.fields().values());
    }

    @Override
    public Map<String, SdkField<?>> sdkFieldNameToField() {
        return type.fields();
    }

    /// It is its own builder.
    @Override
    public Document build() {
        return this;
    }

    @Override
    public String toString() {
        return members.toString();
    }
}
