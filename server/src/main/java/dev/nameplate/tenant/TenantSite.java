package dev.nameplate.tenant;

import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.TenantTemplate;
import dev.nameplate.edge.config.Origin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A template, filled in for one tenant.
public final class TenantSite {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([A-Za-z0-9_-]{1,128})}}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    private static final Pattern PATH = Pattern.compile("(/[!-~&&[^?#{}]]*[!-~&&[^?#{}/]])?");
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_PATH = 255;

    private TenantSite() {}

    /// The configuration with the tenant's values in place of `{{name}}`, and with what it customises.
    static ServedConfig filledIn(ServedConfig template, Tenant.Settings tenant, boolean reachable) {
        Map<String, String> values = values(template, tenant.parameters());
        return template.toBuilder()
                .enabled(template.enabled() && tenant.enabled() && reachable)
                .aliases(tenant.domains())
                .certificate(tenant.certificate().or(template::certificate))
                .origins(template.origins().stream().map(one -> filledIn(one, values)).toList())
                .geoRestriction(tenant.geoRestriction().or(template::geoRestriction))
                .template(Optional.empty())
                .build();
    }

    /// Why the values do not make the template whole, in a sentence for whoever sent them.
    static Optional<String> fault(ServedConfig template, Map<String, String> sent) {
        List<TenantTemplate.Parameter> known =
                template.template().map(TenantTemplate::parameters).orElse(List.of());
        for (String name : sent.keySet()) {
            if (known.stream().noneMatch(parameter -> parameter.name().equals(name))) {
                return Optional.of("the distribution defines no parameter " + name);
            }
        }
        Map<String, String> values = values(template, sent);
        for (TenantTemplate.Parameter parameter : known) {
            if (parameter.required() && !values.containsKey(parameter.name())) {
                return Optional.of("the parameter " + parameter.name() + " needs a value");
            }
        }
        for (Origin origin : template.origins()) {
            String host = substituted(origin.host(), values);
            String path = substituted(origin.path(), values);
            if (!HOST.matcher(host).matches() || host.length() > LONGEST_HOST) {
                return Optional.of(
                        "with these parameters the domain name of origin "
                                + origin.id()
                                + " is no host name: "
                                + host);
            }
            if (!PATH.matcher(path).matches() || path.length() > LONGEST_PATH) {
                return Optional.of(
                        "with these parameters the path of origin "
                                + origin.id()
                                + " does not start with a slash or ends with one: "
                                + path);
            }
        }
        return Optional.empty();
    }

    /// The names between `{{` and `}}`.
    public static List<String> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /// The text with `value` for each placeholder.
    public static String withoutPlaceholders(String text, String value) {
        return PLACEHOLDER.matcher(text).replaceAll(Matcher.quoteReplacement(value));
    }

    private static Map<String, String> values(ServedConfig template, Map<String, String> sent) {
        Map<String, String> values = new HashMap<>();
        template.template()
                .ifPresent(open ->
                        open.parameters()
                                .forEach(parameter ->
                                        parameter
                                                .byDefault()
                                                .ifPresent(value ->
                                                        values.put(parameter.name(), value))));
        values.putAll(sent);
        return values;
    }

    private static Origin filledIn(Origin origin, Map<String, String> values) {
        return origin.host().contains("{{") || origin.path().contains("{{")
                ? origin.toBuilder()
                        .host(substituted(origin.host(), values))
                        .path(substituted(origin.path(), values))
                        .build()
                : origin;
    }

    /// What has no value stays as it is: no host has such a name, so visitors are told that the origin is not reached.
    private static String substituted(String text, Map<String, String> values) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                values.getOrDefault(found.group(1), found.group())));
    }
}
