package dev.nameplate;

import dev.nameplate.edge.Content;
import dev.nameplate.edge.cache.CacheStore.Usage;
import dev.nameplate.publish.EdgeContent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/// The edge's content, as the change feed's follower and the metrics see it.
record KeptContent(Content content) implements EdgeContent {
    @Override
    public void invalidate(String target, List<String> paths) {
        content.invalidate(target, paths);
    }

    @Override
    public OptionalLong position() {
        return content.position();
    }

    @Override
    public void forgetAll() {
        content.forgetAll();
    }

    @Override
    public void told(long position) {
        content.told(position);
    }

    void register(MeterRegistry registry) {
        for (String tier : content.usage().keySet()) {
            Gauge.builder(
                            "nameplate.edge.cache.bytes",
                            content,
                            kept -> of(kept, tier, Usage::bytes))
                    .tag("tier", tier)
                    .register(registry);
            Gauge.builder(
                            "nameplate.edge.cache.entries",
                            content,
                            kept -> of(kept, tier, Usage::entries))
                    .tag("tier", tier)
                    .register(registry);
            FunctionCounter.builder(
                            "nameplate.edge.cache.evictions",
                            content,
                            kept -> of(kept, tier, Usage::evictions))
                    .tag("tier", tier)
                    .register(registry);
        }
    }

    private static double of(Content kept, String tier, ToLongFunction<Usage> figure) {
        Usage usage = kept.usage().get(tier);
        return usage == null ? Double.NaN : figure.applyAsLong(usage);
    }
}
