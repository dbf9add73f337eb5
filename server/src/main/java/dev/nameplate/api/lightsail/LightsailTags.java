package dev.nameplate.api.lightsail;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.tag.Tags;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;
import software.amazon.awssdk.services.lightsail.model.TagResourceRequest;
import software.amazon.awssdk.services.lightsail.model.TagResourceResponse;
import software.amazon.awssdk.services.lightsail.model.UntagResourceRequest;
import software.amazon.awssdk.services.lightsail.model.UntagResourceResponse;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Tags by Lightsail's rules, on certificates, distributions and domains.
final class LightsailTags {
    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;
    private static final Pattern CHARACTERS = Pattern.compile("[\\p{L}\\p{Z}\\p{N}+\\-=._:/@]*");

    private final Database database;
    private final Tags tags;
    private final ResourceNames names;
    private final OperationLog operations;

    LightsailTags(Database database, Tags tags, ResourceNames names, OperationLog operations) {
        this.database = database;
        this.tags = tags;
        this.names = names;
        this.operations = operations;
    }

    TagResourceResponse tag(Call call, TagResourceRequest request) {
        Map<String, String> added = checked(request.tags());
        return database.write(write -> {
            NamedResource resource =
                    target(write.handle(), call, request.resourceName(), request.resourceArn());
            put(write, resource, added);
            return TagResourceResponse.builder()
                    .operations(
                            operations.succeeded(
                                    write,
                                    call,
                                    "TagResource",
                                    resource.type(),
                                    resource.name(),
                                    ""))
                    .build();
        });
    }

    UntagResourceResponse untag(Call call, UntagResourceRequest request) {
        return database.write(write -> {
            NamedResource resource =
                    target(write.handle(), call, request.resourceName(), request.resourceArn());
            tags.remove(write, resource.tagKey(), request.tagKeys());
            return UntagResourceResponse.builder()
                    .operations(
                            operations.succeeded(
                                    write,
                                    call,
                                    "UntagResource",
                                    resource.type(),
                                    resource.name(),
                                    ""))
                    .build();
        });
    }

    /// The tags of a request, checked each by itself; a key given twice keeps its last value.
    static Map<String, String> checked(List<Tag> given) {
        var checked = new LinkedHashMap<String, String>();
        for (Tag tag : given) {
            @Nullable String key = tag.key();
            String value = tag.value() == null ? "" : tag.value();
            if (key == null || key.isEmpty() || key.length() > MAX_KEY) {
                throw Refusal.invalid(
                        "A tag key must have 1 to 128 characters, not "
                                + (key == null ? 0 : key.length())
                                + ".");
            }
            if (value.length() > MAX_VALUE) {
                throw Refusal.invalid(
                        "The value of the tag '" + key + "' is longer than 256 characters.");
            }
            if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw Refusal.invalid(
                        "The tag key '" + key + "' starts with 'aws:', which is reserved.");
            }
            if (!CHARACTERS.matcher(key).matches() || !CHARACTERS.matcher(value).matches()) {
                throw Refusal.invalid(
                        "The tag '"
                                + key
                                + "' has a character other than letters, digits, spaces and"
                                + " + - = . _ : / @ in its key or value.");
            }
            checked.put(key, value);
        }
        requireRoom(checked.size());
        return checked;
    }

    void put(Write write, NamedResource resource, Map<String, String> added) {
        if (added.isEmpty()) {
            return;
        }
        tags.put(write, resource.tagKey(), added);
        requireRoom(tags.of(write.handle(), resource.tagKey()).size());
    }

    List<Tag> of(Handle handle, NamedResource resource) {
        return tags.of(handle, resource.tagKey()).entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    void removeAll(Write write, NamedResource resource) {
        tags.removeAll(write, resource.tagKey());
    }

    private static void requireRoom(int count) {
        if (count > MAX_TAGS) {
            throw Refusal.invalid(
                    "A resource can have at most 50 tags; this request would make it "
                            + count
                            + ".");
        }
    }

    /// AWS's own words; the type is told by the ARN alone.
    private static void requireTaggable(String resourceArn) {
        LightsailArn.parse(resourceArn)
                .map(LightsailArn::type)
                .filter(type -> type == ResourceType.LOAD_BALANCER_TLS_CERTIFICATE)
                .ifPresent(type -> {
                    throw Refusal.invalid("The resource type, " + type + ", is not taggable.");
                });
    }

    /// The name is always given; an ARN must name the same resource.
    private NamedResource target(
            Handle handle, Call call, String name, @Nullable String resourceArn) {
        if (resourceArn != null) {
            requireTaggable(resourceArn);
            NamedResource byArn =
                    LightsailArn.parse(resourceArn)
                            .filter(arn -> arn.account().equals(call.account()))
                            .flatMap(arn ->
                                    names.find(handle, call.account(), arn.id())
                                            .filter(found -> found.arn().equals(arn)))
                            .filter(found -> found.region().equals(call.region()))
                            .orElseThrow(() ->
                                    Refusal.notFound(
                                            "The resource does not exist: " + resourceArn));
            if (!byArn.name().equals(name)) {
                throw Refusal.invalid(
                        "The resource name '"
                                + name
                                + "' is not that of "
                                + resourceArn
                                + ", which is named '"
                                + byArn.name()
                                + "'.");
            }
            return byArn;
        }
        return names.find(handle, call, name)
                .orElseThrow(() -> Refusal.notFound("The resource does not exist: " + name));
    }
}
