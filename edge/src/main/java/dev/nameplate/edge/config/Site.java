package dev.nameplate.edge.config;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// One version of a distribution's configuration, as the edge serves it.
///
/// @param configVersion told in every [RequestEvent], so that an answer can be traced to the version that gave it
/// @param origins by [Origin#id]
/// @param behaviors in order of precedence; the last one is the default and matches every path
/// @param defaultRootObject what `/` means, without a leading slash
public record Site(
        String distributionId,
        long configVersion,
        boolean enabled,
        Map<String, Origin> origins,
        List<Behavior> behaviors,
        Optional<String> defaultRootObject) {
    public Site {
        origins = Map.copyOf(origins);
        behaviors = List.copyOf(behaviors);
        if (behaviors.isEmpty()) {
            throw new IllegalArgumentException(
                    "distribution " + distributionId + " has no default behaviour");
        }
        if (!behaviors.getLast().pathPattern().equals(Behavior.EVERY_PATH)) {
            throw new IllegalArgumentException(
                    "the last behaviour of distribution "
                            + distributionId
                            + " must match every path (*)");
        }
        for (Behavior behavior : behaviors) {
            if (!origins.containsKey(behavior.originId())) {
                throw new IllegalArgumentException(
                        "behaviour %s of distribution %s names the unknown origin %s"
                                .formatted(
                                        behavior.pathPattern(),
                                        distributionId,
                                        behavior.originId()));
            }
        }
    }

    public Origin originOf(Behavior behavior) {
        return Objects.requireNonNull(
                origins.get(behavior.originId()), "not a behaviour of this site");
    }
}
