package dev.nameplate.api.cloudfront;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a configuration rests in the store: JSON with the API's own member names, in the model's order. Covers the types that
/// a distribution's configuration consists of: structures, lists, strings, numbers and booleans.
///
/// An empty list is not written: the API makes no difference between an empty list and none.
final class ModelJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ModelJson() {}

    static String write(SdkPojo model) {
        return object(model).toString();
    }

    /// @param target an empty builder of the type that was written
    static <T extends SdkPojo, B extends SdkBuilder<B, T>> T read(String text, B target) {
        try {
            fill(target, MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "the store holds a damaged distribution configuration", e);
        }
        return target.build();
    }

    private static ObjectNode object(SdkPojo model) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (SdkField<?> field : model.sdkFields()) {
            Optional.ofNullable(field.getValueOrDefault(model))
                    .filter(value -> !(value instanceof List<?> list && list.isEmpty()))
                    .ifPresent(value -> json.set(field.memberName(), node(value)));
        }
        return json;
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case SdkPojo model -> object(model);
            case List<?> list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                list.forEach(element -> array.add(node(element)));
                yield array;
            }
            case String text -> JsonNodeFactory.instance.textNode(text);
            case Boolean flag -> JsonNodeFactory.instance.booleanNode(flag);
            case Integer number -> JsonNodeFactory.instance.numberNode(number);
            case Long number -> JsonNodeFactory.instance.numberNode(number);
            case Double number -> JsonNodeFactory.instance.numberNode(number);
            case Float number -> JsonNodeFactory.instance.numberNode(number);
            default ->
                    throw new IllegalArgumentException(
                            "no configuration member has the type " + value.getClass());
        };
    }

    private static void fill(Object target, JsonNode json) {
        if (!(target instanceof SdkPojo model)) {
            throw new IllegalArgumentException(target.getClass() + " is not an SDK builder");
        }
        for (SdkField<?> field : model.sdkFields()) {
            Optional.ofNullable(json.get(field.memberName()))
                    .ifPresent(value -> field.set(target, value(field, value)));
        }
    }

    private static Object value(SdkField<?> field, JsonNode json) {
        MarshallingType<?> type = field.marshallingType();
        MarshallingKnownType known = type.getKnownType();
        return switch (known) {
            case STRING -> json.asText();
            case BOOLEAN -> json.asBoolean();
            case INTEGER -> json.asInt();
            case LONG -> json.asLong();
            case DOUBLE -> json.asDouble();
            case FLOAT -> (float) json.asDouble();
            case SDK_POJO -> built(field, json);
            case LIST -> {
                SdkField<?> element = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
                List<Object> values = new ArrayList<>();
                json.forEach(child -> values.add(value(element, child)));
                yield values;
            }
            default ->
                    throw new IllegalArgumentException(
                            "no configuration member has the type " + known);
        };
    }

    private static Object built(SdkField<?> field, JsonNode json) {
        SdkPojo builder = field.constructor().get();
        fill(builder, json);
        if (!(builder instanceof SdkBuilder<?, ?> complete)) {
            throw new IllegalArgumentException(builder.getClass() + " is not an SDK builder");
        }
        return complete.build();
    }
}
