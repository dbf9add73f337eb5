package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.RequestParts;

import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;

/// Picks headers, cookies and query parameters out of a request, as one or two [RequestParts] choose them.
public final class Parts {
    private final List<NameFilter> headers;
    private final List<NameFilter> cookies;
    private final List<NameFilter> queries;
    private final Set<String> hiddenCookies;

    private Parts(List<RequestParts> choices, Set<String> hiddenCookies) {
        this.hiddenCookies = hiddenCookies;
        headers = choices.stream().map(parts -> NameFilter.of(parts.headers(), true)).toList();
        cookies = choices.stream().map(parts -> NameFilter.of(parts.cookies(), false)).toList();
        queries =
                choices.stream().map(parts -> NameFilter.of(parts.queryStrings(), false)).toList();
    }

    /// What any of the choices includes.
    public static Parts anyOf(RequestParts... choices) {
        return new Parts(List.of(choices), Set.of());
    }

    /// The same, but for some cookies that are nobody's business.
    public static Parts anyOf(Set<String> hiddenCookies, RequestParts... choices) {
        return new Parts(List.of(choices), hiddenCookies);
    }

    /// Whether a header (lower-case name) is included.
    public boolean includesHeader(String name) {
        return includes(headers, name);
    }

    /// Whether a header (lower-case name) is named in a list, and not only covered by *all*.
    public boolean listsHeader(String name) {
        return headers.stream().anyMatch(filter -> filter.listed().contains(name));
    }

    /// Whether headers nobody listed are included.
    boolean opensToAnyHeader() {
        return headers.stream().anyMatch(NameFilter::isOpen);
    }

    /// Names in lower case, in order.
    public List<String> listedHeaders() {
        return headers.stream()
                .flatMap(filter -> filter.listed().stream())
                .sorted()
                .distinct()
                .toList();
    }

    boolean includesNoCookie() {
        return cookies.stream().allMatch(NameFilter::includesNothing);
    }

    /// Whether any cookie may pass, in either direction.
    public boolean includesCookies() {
        return !includesNoCookie();
    }

    /// The chosen part of a query string, in its order; empty when nothing is left.
    public String query(String query) {
        return pick(query, '&', queries, Set.of());
    }

    /// The chosen part of a `Cookie` header; empty when nothing is left.
    public String cookies(String header) {
        return pick(header, ';', cookies, hiddenCookies);
    }

    private static boolean includes(List<NameFilter> filters, String name) {
        for (NameFilter filter : filters) {
            if (filter.includes(name)) {
                return true;
            }
        }
        return false;
    }

    private static String pick(
            String text, char separator, List<NameFilter> filters, Set<String> hidden) {
        if (text.isEmpty() || filters.stream().allMatch(NameFilter::includesNothing)) {
            return "";
        }
        if (hidden.isEmpty() && filters.stream().anyMatch(NameFilter::includesAll)) {
            return text;
        }
        return pick(text, separator, name -> !hidden.contains(name) && includes(filters, name));
    }

    private static String pick(String text, char separator, Predicate<String> wanted) {
        StringJoiner picked = new StringJoiner(separator == ';' ? "; " : "&");
        int from = 0;
        while (from <= text.length()) {
            int to = text.indexOf(separator, from);
            if (to < 0) {
                to = text.length();
            }
            String part =
                    separator == ';' ? text.substring(from, to).strip() : text.substring(from, to);
            int equals = part.indexOf('=');
            if (!part.isEmpty() && wanted.test(equals < 0 ? part : part.substring(0, equals))) {
                picked.add(part);
            }
            from = to + 1;
        }
        return picked.toString();
    }
}
