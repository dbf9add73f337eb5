package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/// The request as it is shown later. It is built from the members known to be harmless: a key under a misspelt name would
/// pass a filter.
final class JobInput {
    private JobInput() {}

    static ObjectNode of(ObjectNode request) {
        ObjectNode shown = LenientJson.object();
        copy(
                request,
                shown,
                List.of("acm_op", "auto_creation", "dist_aggregate", "enable_cname_check"));
        ArrayNode entries = shown.putArray("cnameList");
        for (JsonNode entry : request.path("cnameList")) {
            ObjectNode copy = entries.addObject();
            copy(entry, copy, List.of("domainName"));
            ArrayNode names = copy.putArray("sanList");
            entry.path("sanList").valueStream().filter(JsonNode::isTextual).forEach(names::add);
            copy(
                    entry.path("existing_cf_info"),
                    copy.putObject("existing_cf_info"),
                    List.of("distribution_id", "config_version_id"));
        }
        return shown;
    }

    private static void copy(JsonNode from, ObjectNode to, List<String> members) {
        for (String member : members) {
            JsonNode value = from.path(member);
            if (value.isValueNode() && !value.isNull()) {
                to.set(member, value);
            }
        }
    }
}
