package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.utils.builder.SdkBuilder;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

class ModelJsonTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void anyConfigurationComesBackAsItWas(long seed) {
        DistributionConfig.Builder builder = DistributionConfig.builder();
        fill((SdkPojo) builder, new Random(seed));
        DistributionConfig config = builder.build();

        String written = ModelJson.write(config);

        DistributionConfig read = ModelJson.read(written, DistributionConfig.builder());
        assertThat(read).isEqualTo(config);
        assertThat(ModelJson.write(read)).isEqualTo(written);
    }

    private static void fill(SdkPojo builder, RandomGenerator random) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (random.nextInt(4) > 0) {
                field.set(builder, value(field, random));
            }
        }
    }

    private static Object value(SdkField<?> field, RandomGenerator random) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> "text \"" + random.nextInt(1_000) + "\" é\n";
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt();
            case LONG -> random.nextLong();
            case SDK_POJO -> {
                SdkPojo member = field.constructor().get();
                fill(member, random);
                yield ((SdkBuilder<?, ?>) member).build();
            }
            case LIST -> {
                SdkField<?> element = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
                List<Object> values = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    values.add(value(element, random));
                }
                yield values;
            }
            default -> throw new IllegalArgumentException("a member of a type not foreseen");
        };
    }
}
