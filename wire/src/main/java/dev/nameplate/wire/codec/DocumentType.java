package dev.nameplate.wire.codec;

import dev.nameplate.wire.model.Shape;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.core.traits.Trait;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Stands in for a model class that the SDK does not have: a structure of a service description, with the fields by which
/// codecs and constraints see the SDK's own.
public final class DocumentType {
    private final Shape shape;
    private final Map<String, SdkField<?>> fields;
    private final Map<Shape, DocumentType> known;

    private DocumentType(Shape shape, Map<Shape, DocumentType> known) {
        this.shape = shape;
        this.known = known;
        Map<String, SdkField<?>> made = new LinkedHashMap<>();
        shape.members().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(member ->
                        made.put(member.getKey(), field(member.getKey(), member.getValue())));
        this.fields = made;
    }

    public static DocumentType of(Shape structure) {
        return new DocumentType(structure, new ConcurrentHashMap<>());
    }

    public Document empty() {
        return new Document(this);
    }

    /// @param members by name: text, booleans, numbers, times, bytes, lists, and maps where a structure belongs
    /// @throws IllegalArgumentException if the description has no such member
    public Document with(Map<String, ?> members) {
        Document document = empty();
        members.forEach((name, value) -> {
            Shape member = shape.members().get(name);
            if (member == null) {
                throw new IllegalArgumentException(shape + " has no member " + name);
            }
            document.set(name, value(member, value));
        });
        return document;
    }

    Map<String, SdkField<?>> fields() {
        return fields;
    }

    private Object value(Shape of, Object given) {
        return switch (of.kind()) {
            case STRUCTURE -> of(of, known).with(members(of, given));
            case LIST -> {
                if (!(given instanceof List<?> list)) {
                    throw new IllegalArgumentException(of + " is a list, not " + given);
                }
                Shape element = of.element().orElseThrow();
                List<Object> values = new ArrayList<>();
                list.forEach(item -> values.add(value(element, item)));
                yield values;
            }
            case MAP -> throw noForm(of);
            case STRING, BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, TIMESTAMP, BLOB -> given;
        };
    }

    private static IllegalArgumentException noForm(Shape of) {
        return new IllegalArgumentException(of + " is a map, for which a document has no form");
    }

    private static Map<String, ?> members(Shape of, Object given) {
        if (!(given instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(of + " has members, unlike " + given);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        map.forEach((key, value) -> members.put(String.valueOf(key), value));
        return members;
    }

    private static DocumentType of(Shape structure, Map<Shape, DocumentType> known) {
        return known.computeIfAbsent(structure, shape -> new DocumentType(shape, known));
    }

    private SdkField<?> field(String name, Shape of) {
        return switch (of.kind()) {
            case STRING -> field(MarshallingType.STRING, name, String.class::cast).build();
            case BOOLEAN -> field(MarshallingType.BOOLEAN, name, Boolean.class::cast).build();
            case INTEGER -> field(MarshallingType.INTEGER, name, Integer.class::cast).build();
            case LONG -> field(MarshallingType.LONG, name, Long.class::cast).build();
            case FLOAT -> field(MarshallingType.FLOAT, name, Float.class::cast).build();
            case DOUBLE -> field(MarshallingType.DOUBLE, name, Double.class::cast).build();
            case TIMESTAMP -> field(MarshallingType.INSTANT, name, Instant.class::cast).build();
            case BLOB -> field(MarshallingType.SDK_BYTES, name, SdkBytes.class::cast).build();
            case STRUCTURE ->
                    field(MarshallingType.SDK_POJO, name, SdkPojo.class::cast)
                            .constructor(() -> of(of, known).empty())
                            .build();
            case LIST ->
                    field(
                                    MarshallingType.LIST,
                                    name,
                                    value -> (List<?>) value,
                                    ListTrait.builder()
                                            .memberFieldInfo(
                                                    field("member", of.element().orElseThrow()))
                                            .build())
                            .build();
            case MAP -> throw noForm(of);
        };
    }

    private static <T> SdkField.Builder<T> field(
            MarshallingType<T> type, String name, Function<Object, T> cast, Trait... more) {
        Trait[] traits = Arrays.copyOf(more, more.length + 1);
        traits[more.length] =
                LocationTrait.builder()
                        .location(MarshallLocation.PAYLOAD)
                        .locationName(name)
                        .build();
        return SdkField.<T>builder(type)
                .memberName(name)
                .getter(document -> ((Document) document).member(name, cast))
                .setter((document, value) -> ((Document) document).set(name, value))
                .traits(traits);
    }
}
