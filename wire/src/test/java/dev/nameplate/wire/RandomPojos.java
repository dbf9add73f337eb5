package dev.nameplate.wire;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Fills the SDK's model classes with seeded random values, every member, some levels deep.
final class RandomPojos {

    private static final int LIST_DEPTH = 5;
    private static final int POJO_DEPTH = 7;

    private final Random random;

    RandomPojos(long seed) {
        random = new Random(seed);
    }

    SdkPojo fill(Class<?> pojo) {
        try {
            return fill((SdkPojo) pojo.getMethod("builder").invoke(null), 0);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no builder on " + pojo, e);
        }
    }

    private SdkPojo fill(SdkPojo builder, int depth) {
        for (SdkField<?> field : builder.sdkFields()) {
            boolean tooDeep =
                    depth > POJO_DEPTH
                            && field.marshallingType().getKnownType()
                                    == MarshallingKnownType.SDK_POJO;
            if (!tooDeep) {
                field.set(builder, value(field, depth));
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private Object value(SdkField<?> field, int depth) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> text(field);
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt();
            case SHORT -> (short) random.nextInt();
            case LONG -> random.nextLong();
            case FLOAT -> random.nextFloat();
            case DOUBLE -> random.nextDouble() * 1000;
            case BIG_DECIMAL -> BigDecimal.valueOf(random.nextInt());
            case SDK_BYTES -> SdkBytes.fromUtf8String("bytes " + random.nextInt());
            case INSTANT ->
                    field.location() == MarshallLocation.PAYLOAD
                            ? Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(1_000_000))
                            : Instant.ofEpochSecond(1_700_000_000L + random.nextInt(10_000));
            case LIST -> {
                SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
                // Never empty: in XML that is the same as absent.
                yield depth > LIST_DEPTH
                        ? List.of(value(element, depth + 1))
                        : List.of(value(element, depth + 1), value(element, depth + 1));
            }
            case MAP -> {
                SdkField<?> element = field.getTrait(MapTrait.class).valueFieldInfo();
                yield Map.of("one", value(element, depth + 1), "two", value(element, depth + 1));
            }
            case SDK_POJO -> fill(field.constructor().get(), depth + 1);
            case BYTE, NULL, DOCUMENT ->
                    throw new AssertionError("unexpected type of " + field.memberName());
        };
    }

    /// In bodies also what needs escaping; elsewhere what an HTTP client lets through.
    private String text(SdkField<?> field) {
        String text = "s" + random.nextInt(1000);
        return switch (field.location()) {
            case PAYLOAD -> text + " é<&>\"'\r\n\t😀";
            case PATH, GREEDY_PATH, QUERY_PARAM -> text + " +/%:*é";
            case HEADER, STATUS_CODE -> text;
        };
    }
}
