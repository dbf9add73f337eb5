package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import software.amazon.awssdk.services.cloudfront.model.InvalidTaggingException;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.Tags;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Tags between the API's form and a map, with the API's limits.
final class DistributionTags {
    private static final int MAX_TAGS = 50;
    private static final Pattern TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private DistributionTags() {}

    static Map<String, String> read(Tags tags) {
        Map<String, String> read = new LinkedHashMap<>();
        for (Tag tag : tags.items()) {
            String key = tag.key();
            String value = Optional.ofNullable(tag.value()).orElse("");
            require(
                    !key.isEmpty() && key.length() <= 128 && TEXT.matcher(key).matches(),
                    invalid(
                            "the key '"
                                    + key
                                    + "' must have 1 to 128 letters, digits or _.:/=+-@"));
            require(
                    !key.startsWith("aws:"),
                    invalid("keys that start with aws: are kept for AWS: '" + key + "'"));
            require(
                    value.length() <= 256 && TEXT.matcher(value).matches(),
                    invalid("the value of '" + key + "' may have 256 letters, digits or _.:/=+-@"));
            require(read.put(key, value) == null, invalid("the key '" + key + "' is given twice"));
        }
        checkNumber(read);
        return read;
    }

    static void checkNumber(Map<String, String> tags) {
        require(
                tags.size() <= MAX_TAGS,
                invalid("a resource may have " + MAX_TAGS + " tags, not " + tags.size()));
    }

    static Tags write(Map<String, String> tags) {
        List<Tag> items =
                tags.entrySet().stream()
                        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                        .toList();
        return Tags.builder().items(items).build();
    }

    private static Supplier<InvalidTaggingException> invalid(String reason) {
        return () ->
                InvalidTaggingException.builder()
                        .message("The tagging specified is not valid: " + reason + ".")
                        .build();
    }
}
