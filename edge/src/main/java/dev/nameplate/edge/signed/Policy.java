package dev.nameplate.edge.signed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.time.Instant;
import java.util.Optional;

/// A custom policy: one statement. Read only after its signature was found right, so that no stranger's text is parsed.
///
/// @param notBefore empty: from the beginning of time
/// @param addresses empty: from anywhere
record Policy(
        ResourcePattern resource,
        Instant end,
        Optional<Instant> notBefore,
        Optional<AddressRange> addresses) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// A sentence like any other, but one that says where policies go wrong.
    static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    static Policy parse(String json) throws Malformed {
        JsonNode document;
        try {
            document = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new Malformed("the policy is no JSON: " + e.getClass().getSimpleName());
        }
        JsonNode statements = document.path("Statement");
        if (!statements.isArray() || statements.size() != 1) {
            throw new Malformed("a policy has one statement");
        }
        JsonNode statement = statements.get(0);
        JsonNode condition = statement.path("Condition");
        JsonNode resource = statement.path("Resource");
        if (!resource.isMissingNode() && !resource.isTextual()) {
            throw new Malformed("Resource must be a text");
        }
        Optional<Instant> end = time(condition, "DateLessThan");
        if (end.isEmpty()) {
            throw new Malformed("DateLessThan is required");
        }
        return new Policy(
                // Left out, it means everything the key is trusted for.
                new ResourcePattern(resource.asText("*")),
                end.get(),
                time(condition, "DateGreaterThan"),
                addresses(condition.path("IpAddress")));
    }

    boolean holds(SignedRequest request, String query, Instant now) {
        return now.isBefore(end)
                && notBefore.map(now::isAfter).orElse(true)
                && addresses.map(range -> range.contains(request.clientAddress())).orElse(true)
                && covers(request, request.path(), query)
                && covers(request, request.plainPath(), query);
    }

    private boolean covers(SignedRequest request, String path, String query) {
        return resource.matches(request.scheme(), request.host(), path, query)
                || resource.matches(request.scheme(), request.authority(), path, query);
    }

    private static Optional<Instant> time(JsonNode condition, String name) throws Malformed {
        JsonNode date = condition.path(name);
        if (date.isMissingNode()) {
            return Optional.empty();
        }
        JsonNode seconds = date.path("AWS:EpochTime");
        if (!seconds.isIntegralNumber() || !seconds.canConvertToInt()) {
            throw new Malformed(name + " must be seconds since 1970 in AWS:EpochTime");
        }
        return Optional.of(Instant.ofEpochSecond(seconds.asLong()));
    }

    private static Optional<AddressRange> addresses(JsonNode ipAddress) throws Malformed {
        if (ipAddress.isMissingNode()) {
            return Optional.empty();
        }
        JsonNode range = ipAddress.path("AWS:SourceIp");
        if (!range.isTextual()) {
            throw new Malformed("IpAddress must have a range in AWS:SourceIp");
        }
        return Optional.of(
                AddressRange.parse(range.asText())
                        .orElseThrow(() -> new Malformed("AWS:SourceIp is no address or range")));
    }
}
