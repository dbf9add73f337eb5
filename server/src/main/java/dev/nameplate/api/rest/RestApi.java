package dev.nameplate.api.rest;

import dev.nameplate.names.AccountId;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.Reply;
import dev.nameplate.wire.StreamedResponse;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The router: which [Route] a request is for, and whose call it is.
public final class RestApi {
    /// Longest body: a certificate with key and chain has some kilobytes.
    public static final int MAX_BODY = 1024 * 1024;

    private static final String ROOT = "/v1";

    private final Function<String, Optional<AccountId>> accountOfApiKey;
    private final List<Route> routes;
    private final int maxBody;

    public RestApi(
            Function<String, Optional<AccountId>> accountOfApiKey, List<? extends Route> routes) {
        this(accountOfApiKey, routes, MAX_BODY);
    }

    /// @param maxBody longest body, where a call takes more than most
    public RestApi(
            Function<String, Optional<AccountId>> accountOfApiKey,
            List<? extends Route> routes,
            int maxBody) {
        this.accountOfApiKey = accountOfApiKey;
        this.routes = List.copyOf(routes);
        this.maxBody = maxBody;
    }

    public static boolean accepts(HttpRequest request) {
        return request.rawPath().equals(ROOT) || request.rawPath().startsWith(ROOT + "/");
    }

    /// Answers a request that was read whole, with an answer that is whole.
    public HttpResponse handle(HttpRequest request) {
        return switch (handle(request, new ByteArrayInputStream(request.body()))) {
            case HttpResponse whole -> whole;
            case StreamedResponse streamed -> streamed.whole();
        };
    }

    public Reply handle(HttpRequest head, InputStream body) {
        try {
            return answer(head, body).reply();
        } catch (Problem problem) {
            return problem.response();
        }
    }

    private Answer answer(HttpRequest request, InputStream body) {
        AccountId account =
                request.headers()
                        .first("x-api-key")
                        .flatMap(accountOfApiKey)
                        .orElseThrow(Problem::forbidden);
        String[] segments = Query.segments(request.rawPath());
        Set<String> methods = new LinkedHashSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> values = route.match(segments);
            if (values.isPresent()) {
                if (route.method().equals(request.method())) {
                    route.checkQuery(request.rawQuery());
                    HttpRequest read =
                            route.reads() ? request : request.with(Call.read(body, maxBody));
                    return route.handler().answer(new Call(account, read, values.get(), body));
                }
                methods.add(route.method());
            }
        }
        if (!methods.isEmpty()) {
            throw Problem.wrongMethod(String.join(", ", methods));
        }
        throw Problem.notFound("there is nothing at " + request.rawPath());
    }
}
