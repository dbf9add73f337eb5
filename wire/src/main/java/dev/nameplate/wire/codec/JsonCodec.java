package dev.nameplate.wire.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.utils.DateUtils;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// AWS JSON 1.1 bodies. A null member is an absent one, an unknown member is ignored, a value of the
/// wrong JSON type is malformed, all as AWS services have it.
public final class JsonCodec {

    /// The end of the year 9999.
    private static final double LATEST_EPOCH_SECOND = 253_402_300_799.0;

    private final JsonFactory json;

    public JsonCodec(int maxDepth) {
        json =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
                        .build();
    }

    /// Fills `builder` from the body and finishes it; an empty body is an empty object.
    public SdkPojo decode(byte[] body, SdkPojo builder) {
        try (JsonParser parser = json.createParser(body)) {
            if (parser.nextToken() == null) {
                return Pojos.build(builder);
            }
            need(parser, JsonToken.START_OBJECT, "Structure");
            SdkPojo decoded = structure(parser, builder);
            if (parser.nextToken() != null) {
                throw new MalformedBody("Unexpected content after the end of the JSON document.");
            }
            return decoded;
        } catch (StreamConstraintsException e) {
            throw new MalformedBody("The JSON document exceeds a limit of this server.", e);
        } catch (IOException e) {
            throw new MalformedBody("Could not parse the request body as JSON.", e);
        }
    }

    public byte[] encode(SdkPojo pojo) {
        return encode(Map.of(), pojo);
    }

    /// The object's members after some text members of our own, as in errors.
    public byte[] encode(Map<String, String> before, SdkPojo pojo) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            for (Map.Entry<String, String> member : before.entrySet()) {
                generator.writeStringField(member.getKey(), member.getValue());
            }
            members(generator, pojo);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing JSON to memory", e);
        }
        return out.toByteArray();
    }

    private static SdkPojo structure(JsonParser parser, SdkPojo builder) throws IOException {
        Map<String, SdkField<?>> fields = builder.sdkFieldNameToField();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            SdkField<?> field = fields.get(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                field.set(builder, value(parser, field));
            }
        }
        return Pojos.build(builder);
    }

    /// Null elements are kept: the constraint check names their place.
    private static @Nullable Object valueOrNull(JsonParser parser, SdkField<?> field)
            throws IOException {
        return parser.nextToken() == JsonToken.VALUE_NULL ? null : value(parser, field);
    }

    private static Object value(JsonParser parser, SdkField<?> field) throws IOException {
        MarshallingKnownType type = field.marshallingType().getKnownType();
        return switch (type) {
            case STRING -> text(parser, "String");
            case BOOLEAN -> {
                boolean isTrue = parser.currentToken() == JsonToken.VALUE_TRUE;
                if (!isTrue) {
                    need(parser, JsonToken.VALUE_FALSE, "Boolean");
                }
                yield isTrue;
            }
            case INTEGER -> {
                need(parser, JsonToken.VALUE_NUMBER_INT, "Integer");
                yield parser.getIntValue();
            }
            case SHORT -> {
                need(parser, JsonToken.VALUE_NUMBER_INT, "Short");
                yield parser.getShortValue();
            }
            case LONG -> {
                need(parser, JsonToken.VALUE_NUMBER_INT, "Long");
                yield parser.getLongValue();
            }
            case FLOAT -> number(parser, "Float").getFloatValue();
            case DOUBLE -> number(parser, "Double").getDoubleValue();
            case BIG_DECIMAL -> number(parser, "BigDecimal").getDecimalValue();
            case SDK_BYTES -> {
                need(parser, JsonToken.VALUE_STRING, "Blob");
                yield SdkBytes.fromByteArrayUnsafe(parser.getBinaryValue());
            }
            case INSTANT -> instant(parser, field);
            case LIST -> list(parser, Pojos.listTrait(field).memberFieldInfo());
            case MAP -> map(parser, Pojos.mapTrait(field).valueFieldInfo());
            case SDK_POJO -> {
                need(parser, JsonToken.START_OBJECT, "Structure");
                yield structure(parser, field.constructor().get());
            }
            case BYTE, NULL, DOCUMENT -> throw new IllegalStateException("no JSON form of " + type);
        };
    }

    private static List<@Nullable Object> list(JsonParser parser, SdkField<?> element)
            throws IOException {
        need(parser, JsonToken.START_ARRAY, "List");
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(parser.currentToken() == JsonToken.VALUE_NULL ? null : value(parser, element));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(JsonParser parser, SdkField<?> value)
            throws IOException {
        need(parser, JsonToken.START_OBJECT, "Map");
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            map.put(key, valueOrNull(parser, value));
        }
        return map;
    }

    private static Instant instant(JsonParser parser, SdkField<?> field) throws IOException {
        try {
            return switch (format(field)) {
                case ISO_8601 -> DateUtils.parseIso8601Date(text(parser, "Timestamp"));
                case RFC_822 -> DateUtils.parseRfc822Date(text(parser, "Timestamp"));
                case UNIX_TIMESTAMP, UNIX_TIMESTAMP_MILLIS -> epoch(parser);
            };
        } catch (DateTimeException e) {
            throw new MalformedBody("A value can not be converted to Timestamp.", e);
        }
    }

    /// Seconds with a fraction, kept to the millisecond. A double holds those exactly enough, and
    /// unlike a decimal it is never gigabytes long, whatever the exponent.
    private static Instant epoch(JsonParser parser) throws IOException {
        double seconds = number(parser, "Timestamp").getDoubleValue();
        if (!(Math.abs(seconds) <= LATEST_EPOCH_SECOND)) {
            throw new MalformedBody("A number is out of the range of Timestamp.");
        }
        return Instant.ofEpochMilli(Math.round(seconds * 1000));
    }

    private static String text(JsonParser parser, String wanted) throws IOException {
        need(parser, JsonToken.VALUE_STRING, wanted);
        return parser.getText();
    }

    private static JsonParser number(JsonParser parser, String wanted) {
        if (!parser.currentToken().isNumeric()) {
            need(parser, JsonToken.VALUE_NUMBER_FLOAT, wanted);
        }
        return parser;
    }

    private static void need(JsonParser parser, JsonToken token, String wanted) {
        if (parser.currentToken() != token) {
            throw new MalformedBody(parser.currentToken() + " can not be converted to " + wanted);
        }
    }

    private static void members(JsonGenerator generator, SdkPojo pojo) throws IOException {
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = Pojos.valueIfSet(field, pojo);
            if (value != null) {
                generator.writeFieldName(field.locationName());
                write(generator, field, value);
            }
        }
    }

    private static void write(JsonGenerator generator, SdkField<?> field, @Nullable Object value)
            throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> generator.writeString(text);
            case Boolean bool -> generator.writeBoolean(bool);
            case Integer number -> generator.writeNumber(number);
            case Short number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Float number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case SdkBytes bytes -> generator.writeBinary(bytes.asByteArrayUnsafe());
            case Instant instant -> writeInstant(generator, field, instant);
            case List<?> list -> {
                SdkField<?> element = Pojos.listTrait(field).memberFieldInfo();
                generator.writeStartArray();
                for (Object item : list) {
                    write(generator, element, item);
                }
                generator.writeEndArray();
            }
            case Map<?, ?> map -> {
                SdkField<?> element = Pojos.mapTrait(field).valueFieldInfo();
                generator.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    generator.writeFieldName((String) entry.getKey());
                    write(generator, element, entry.getValue());
                }
                generator.writeEndObject();
            }
            case SdkPojo pojo -> {
                generator.writeStartObject();
                members(generator, pojo);
                generator.writeEndObject();
            }
            default -> throw new IllegalStateException("no JSON form of " + field.memberName());
        }
    }

    private static void writeInstant(JsonGenerator generator, SdkField<?> field, Instant instant)
            throws IOException {
        switch (format(field)) {
            case ISO_8601 -> generator.writeString(DateUtils.formatIso8601Date(instant));
            case RFC_822 -> generator.writeString(DateUtils.formatRfc822Date(instant));
            case UNIX_TIMESTAMP, UNIX_TIMESTAMP_MILLIS -> {
                long millis = instant.toEpochMilli();
                if (millis % 1000 == 0) {
                    generator.writeNumber(millis / 1000);
                } else {
                    generator.writeNumber(BigDecimal.valueOf(millis, 3));
                }
            }
        }
    }

    private static TimestampFormatTrait.Format format(SdkField<?> field) {
        TimestampFormatTrait trait = field.getTrait(TimestampFormatTrait.class);
        return trait == null ? TimestampFormatTrait.Format.UNIX_TIMESTAMP : trait.format();
    }
}
