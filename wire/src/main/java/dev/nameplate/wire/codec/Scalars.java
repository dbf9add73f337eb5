package dev.nameplate.wire.codec;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.utils.DateUtils;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/// Single values as text, in XML elements, headers, paths and queries. Times are ISO 8601, in headers
/// RFC 822.
public final class Scalars {

    public static Object parse(String text, SdkField<?> field) {
        MarshallingKnownType type = field.marshallingType().getKnownType();
        try {
            return switch (type) {
                case STRING -> text;
                case BOOLEAN -> bool(text.strip());
                case INTEGER -> Integer.valueOf(text.strip());
                case SHORT -> Short.valueOf(text.strip());
                case LONG -> Long.valueOf(text.strip());
                case FLOAT -> Float.valueOf(text.strip());
                case DOUBLE -> Double.valueOf(text.strip());
                case BIG_DECIMAL -> new BigDecimal(text.strip());
                case SDK_BYTES ->
                        SdkBytes.fromByteArrayUnsafe(Base64.getMimeDecoder().decode(text));
                case INSTANT ->
                        field.location() == MarshallLocation.HEADER
                                ? DateUtils.parseRfc822Date(text)
                                : DateUtils.parseIso8601Date(text.strip());
                case LIST, MAP, SDK_POJO, BYTE, NULL, DOCUMENT ->
                        throw new MalformedBody(field.locationName() + " is not a single value.");
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedBody("Malformed value for " + field.locationName() + ".", e);
        }
    }

    public static String format(SdkField<?> field, Object value) {
        return switch (value) {
            case Instant instant when field.location() == MarshallLocation.HEADER ->
                    DateUtils.formatRfc822Date(instant);
            case Instant instant -> DateUtils.formatIso8601Date(instant);
            case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
            default -> value.toString();
        };
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("not a boolean");
        };
    }

    private Scalars() {}
}
