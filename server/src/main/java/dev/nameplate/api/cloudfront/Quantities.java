package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.InconsistentQuantitiesException;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every list of the API says its length beside its items. Both must agree, at any depth.
final class Quantities {
    private Quantities() {}

    /// @throws InconsistentQuantitiesException names the first list whose length differs
    static void check(SdkPojo model) {
        check("DistributionConfig", model);
    }

    static void check(String name, SdkPojo model) {
        Map<String, SdkField<?>> fields = model.sdkFieldNameToField();
        SdkField<?> quantity = fields.get("Quantity");
        SdkField<?> items = fields.get("Items");
        if (quantity != null
                && items != null
                && quantity.getValueOrDefault(model) instanceof Integer said) {
            int counted = items.getValueOrDefault(model) instanceof List<?> list ? list.size() : 0;
            if (said != counted) {
                throw InconsistentQuantitiesException.builder()
                        .message(
                                "The value of Quantity and the size of Items do not match: %s says %d and has %d."
                                        .formatted(name, said, counted))
                        .build();
            }
        }
        for (SdkField<?> field : model.sdkFields()) {
            Optional.ofNullable(field.getValueOrDefault(model))
                    .ifPresent(value -> inside(field.memberName(), value));
        }
    }

    private static void inside(String name, Object value) {
        if (value instanceof SdkPojo model) {
            check(name, model);
        } else if (value instanceof List<?> list) {
            list.forEach(element -> inside(name, element));
        }
    }
}
