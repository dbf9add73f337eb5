package dev.nameplate.wire.codec;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// AWS Query requests: nested members are dotted parameter names, list members are counted from one,
/// as in `Tags.member.1.Key=team`.
public final class QueryCodec {

    private final NavigableMap<String, String> parameters;

    private QueryCodec(Map<String, String> parameters) {
        this.parameters = new TreeMap<>(parameters);
    }

    public static SdkPojo decode(Map<String, String> parameters, SdkPojo builder) {
        return new QueryCodec(parameters).structure("", builder);
    }

    private SdkPojo structure(String prefix, SdkPojo builder) {
        for (SdkField<?> field : builder.sdkFields()) {
            value(prefix + field.locationName(), field)
                    .ifPresent(value -> field.set(builder, value));
        }
        return Pojos.build(builder);
    }

    private Optional<Object> value(String name, SdkField<?> field) {
        return switch (field.marshallingType().getKnownType()) {
            case SDK_POJO ->
                    hasBelow(name)
                            ? Optional.of(structure(name + ".", field.constructor().get()))
                            : Optional.empty();
            case LIST -> list(name, Pojos.listTrait(field));
            case MAP -> map(name, Pojos.mapTrait(field));
            case STRING,
                    BOOLEAN,
                    INTEGER,
                    BYTE,
                    SHORT,
                    LONG,
                    FLOAT,
                    DOUBLE,
                    BIG_DECIMAL,
                    SDK_BYTES,
                    INSTANT,
                    NULL,
                    DOCUMENT ->
                    Optional.ofNullable(parameters.get(name))
                            .map(text -> Scalars.parse(text, field));
        };
    }

    private Optional<Object> list(String name, ListTrait trait) {
        String stem =
                trait.isFlattened() ? name + "." : name + "." + XmlCodec.memberName(trait) + ".";
        List<Object> list = new ArrayList<>();
        Optional<Object> item = value(stem + 1, trait.memberFieldInfo());
        while (item.isPresent()) {
            list.add(item.get());
            item = value(stem + (list.size() + 1), trait.memberFieldInfo());
        }
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }

    private Optional<Object> map(String name, MapTrait trait) {
        String stem = trait.isFlattened() ? name + "." : name + ".entry.";
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 1; parameters.containsKey(stem + i + ".key"); i++) {
            String key = parameters.get(stem + i + ".key");
            value(stem + i + ".value", trait.valueFieldInfo())
                    .ifPresent(value -> map.put(key, value));
        }
        return map.isEmpty() ? Optional.empty() : Optional.of(map);
    }

    private boolean hasBelow(String name) {
        String next = parameters.ceilingKey(name + ".");
        return next != null && next.startsWith(name + ".");
    }
}
