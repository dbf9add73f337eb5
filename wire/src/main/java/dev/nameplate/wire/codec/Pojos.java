package dev.nameplate.wire.codec;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TraitType;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/// What every codec asks of the SDK's model classes.
final class Pojos {

    /// The finished object of a builder.
    static SdkPojo build(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }

    /// The member's value, or null where it was never set: the SDK stands in empty collections of
    /// its own for those.
    static @Nullable Object valueIfSet(SdkField<?> field, SdkPojo pojo) {
        Object value = field.getValueOrDefault(pojo);
        return value instanceof SdkAutoConstructList<?>
                        || value instanceof SdkAutoConstructMap<?, ?>
                ? null
                : value;
    }

    static ListTrait listTrait(SdkField<?> field) {
        return field.getTrait(ListTrait.class, TraitType.LIST_TRAIT);
    }

    static MapTrait mapTrait(SdkField<?> field) {
        return field.getTrait(MapTrait.class, TraitType.MAP_TRAIT);
    }

    private Pojos() {}
}
