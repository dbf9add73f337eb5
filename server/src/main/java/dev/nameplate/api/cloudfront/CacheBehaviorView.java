package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One cache behaviour, default or not. The API has two structures that differ in the path pattern alone; rules and defaults
/// are written once, over the default one.
///
/// @param pathPattern `*` for the default behaviour
record CacheBehaviorView(String pathPattern, DefaultCacheBehavior settings) {
    static final String EVERY_PATH = "*";

    /// In order of precedence, the default last.
    static List<CacheBehaviorView> all(DistributionConfig config) {
        List<CacheBehaviorView> views = new ArrayList<>();
        if (config.cacheBehaviors() != null) {
            config.cacheBehaviors().items().forEach(behavior -> views.add(of(behavior)));
        }
        views.add(new CacheBehaviorView(EVERY_PATH, config.defaultCacheBehavior()));
        return views;
    }

    static CacheBehaviorView of(CacheBehavior behavior) {
        DefaultCacheBehavior.Builder settings = DefaultCacheBehavior.builder();
        copy(behavior, settings);
        return new CacheBehaviorView(behavior.pathPattern(), settings.build());
    }

    CacheBehavior toCacheBehavior() {
        CacheBehavior.Builder behavior = CacheBehavior.builder();
        copy(settings, behavior);
        return behavior.pathPattern(pathPattern).build();
    }

    private static void copy(SdkPojo from, SdkPojo to) {
        Map<String, SdkField<?>> targets = to.sdkFieldNameToField();
        for (SdkField<?> field : from.sdkFields()) {
            SdkField<?> target = targets.get(field.locationName());
            if (target != null) {
                target.set(to, field.getValueOrDefault(from));
            }
        }
    }
}
