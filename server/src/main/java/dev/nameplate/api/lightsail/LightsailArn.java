package dev.nameplate.api.lightsail;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// `arn:aws:lightsail:<location>:<account>:<type>/<uuid>`; the location is a Region, or `global` for a domain.
record LightsailArn(String location, AccountId account, ResourceType type, UUID id) {
    private static final Pattern SHAPE =
            Pattern.compile(
                    "arn:aws:lightsail:([a-z0-9-]+):(\\d{12}):([A-Za-z]+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

    static LightsailArn of(NamedResource resource) {
        return new LightsailArn(
                location(resource.type(), resource.region().name()),
                resource.account(),
                resource.type(),
                resource.id());
    }

    /// Where Lightsail says a resource is: zones are `global`, though kept in us-east-1.
    static String location(ResourceType type, String region) {
        return type == ResourceType.DOMAIN ? "global" : region;
    }

    static Optional<LightsailArn> parse(String text) {
        var match = SHAPE.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new LightsailArn(
                        match.group(1),
                        new AccountId(match.group(2)),
                        ResourceType.fromValue(match.group(3)),
                        UUID.fromString(match.group(4))));
    }

    @Override
    public String toString() {
        return "arn:aws:lightsail:" + location + ":" + account + ":" + type + "/" + id;
    }
}
