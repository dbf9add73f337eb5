package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.saas.Template;
import dev.nameplate.saas.Tenancy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The member `tenant` of an entry: what CloudFront's CreateDistributionTenant takes, without what the entry says already.
final class TenantReader {
    private static final List<String> MEMBERS =
            List.of("distribution", "connectionGroup", "name", "parameters");

    /// CloudFront's rule.
    private static final Pattern NAME =
            Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9.-]{1,126}[a-zA-Z0-9]");

    private static final int LONGEST_VALUE = 256;

    private TenantReader() {}

    static Optional<Template> read(Fields entry) {
        return entry.child("tenant")
                .flatMap(tenant -> {
                    CleanReader.known(tenant, MEMBERS);
                    Optional<String> distribution = tenant.requiredText("distribution");
                    Optional<String> group = given(tenant, "connectionGroup");
                    Optional<String> name = given(tenant, "name");
                    name.filter(text -> !NAME.matcher(text).matches())
                            .ifPresent(_ ->
                                    tenant.problems()
                                            .add(
                                                    tenant.path("name"),
                                                    "must have 3 to 128 letters, digits, dots or hyphens"));
                    Map<String, String> parameters = parameters(tenant);
                    return distribution.map(
                            id -> Template.tenant(id, new Tenancy(group, name, parameters)));
                });
    }

    private static Optional<String> given(Fields tenant, String member) {
        return tenant.has(member) ? tenant.requiredText(member) : Optional.empty();
    }

    private static Map<String, String> parameters(Fields tenant) {
        Map<String, String> parameters = new HashMap<>();
        if (!tenant.has("parameters")) {
            return parameters;
        }
        JsonNode given = tenant.object().path("parameters");
        if (!given.isObject()) {
            tenant.problems()
                    .add(tenant.path("parameters"), "must be an object of names and values");
            return parameters;
        }
        given.properties()
                .forEach(each -> {
                    String value = each.getValue().textValue();
                    if (value == null || value.isEmpty() || value.length() > LONGEST_VALUE) {
                        tenant.problems()
                                .add(
                                        tenant.path("parameters." + each.getKey()),
                                        "must be a string of 1 to "
                                                + LONGEST_VALUE
                                                + " characters");
                    } else {
                        parameters.put(each.getKey(), value);
                    }
                });
        return parameters;
    }

    static void show(Template template, ObjectNode tenant) {
        tenant.put("distribution", template.distributionId());
        template.tenancy()
                .ifPresent(tenancy -> {
                    tenancy.connectionGroup()
                            .ifPresent(group -> tenant.put("connectionGroup", group));
                    tenancy.name().ifPresent(name -> tenant.put("name", name));
                    ObjectNode parameters = tenant.putObject("parameters");
                    tenancy.parameters().forEach(parameters::put);
                });
    }
}
