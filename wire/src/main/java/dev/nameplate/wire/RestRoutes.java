package dev.nameplate.wire;

import dev.nameplate.wire.model.OperationModel;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds a REST operation by method, path template and literal query.
final class RestRoutes {

    private final List<Route> routes;

    /// A found operation with the path's labels and the query, decoded.
    record Match(
            OperationModel operation,
            Map<String, String> labels,
            Map<String, List<String>> query) {}

    /// Where several templates fit, the one that says more in its query, then in its path, is meant.
    RestRoutes(Collection<OperationModel> operations) {
        routes =
                operations.stream()
                        .map(Route::of)
                        .sorted(
                                Comparator.<Route>comparingInt(route -> -route.query().size())
                                        .thenComparingInt(Route::labels))
                        .toList();
    }

    Optional<Match> match(HttpRequest request) {
        Map<String, List<String>> query = QueryString.parse(request.rawQuery());
        String[] path = request.rawPath().split("/", -1);
        return routes.stream()
                .filter(route -> route.operation().method().equals(request.method()))
                .filter(route -> route.takesQuery(query))
                .flatMap(route ->
                        route
                                .labelsIn(path)
                                .map(labels -> new Match(route.operation(), labels, query))
                                .stream())
                .findFirst();
    }

    private record Route(
            OperationModel operation, List<String> segments, Map<String, List<String>> query) {

        static Route of(OperationModel operation) {
            String[] uri = operation.uri().split("\\?", 2);
            return new Route(
                    operation,
                    List.of(uri[0].split("/", -1)),
                    uri.length == 1 ? Map.of() : QueryString.parse(uri[1]));
        }

        int labels() {
            return (int) segments.stream().filter(Route::isLabel).count();
        }

        /// `?WithTags` and `?WithTags=` are one.
        boolean takesQuery(Map<String, List<String>> actual) {
            return query.entrySet().stream()
                    .allMatch(literal ->
                            actual.getOrDefault(literal.getKey(), List.of())
                                    .containsAll(literal.getValue()));
        }

        Optional<Map<String, String>> labelsIn(String[] path) {
            if (path.length != segments.size()) {
                return Optional.empty();
            }
            Map<String, String> labels = new HashMap<>();
            for (int i = 0; i < path.length; i++) {
                String segment = segments.get(i);
                if (isLabel(segment) && !path[i].isEmpty()) {
                    String name = segment.substring(1, segment.length() - 1);
                    labels.put(name, QueryString.segment(path[i]));
                } else if (!segment.equals(path[i])) {
                    return Optional.empty();
                }
            }
            return Optional.of(labels);
        }

        private static boolean isLabel(String segment) {
            return segment.startsWith("{");
        }
    }
}
