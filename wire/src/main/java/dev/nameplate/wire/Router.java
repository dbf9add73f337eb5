package dev.nameplate.wire;

import dev.nameplate.wire.sigv4.Signature;
import dev.nameplate.wire.sigv4.SignatureRefused;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Decides which API a request is for: by target header, dated path, `Action`, and last by the
/// signature's scope.
final class Router {

    private static final Pattern DATED_PATH = Pattern.compile("/20[0-9]{2}-[0-9]{2}-[0-9]{2}/.*");

    private final Map<AwsApi, OfferedService> services = new EnumMap<>(AwsApi.class);

    Router(List<OfferedService> offered) {
        offered.forEach(service -> {
            if (services.put(service.api(), service) != null) {
                throw new IllegalArgumentException(service.api() + " is offered twice");
            }
        });
    }

    /// Where a request goes. Without a service the API still tells how to say so.
    record Destination(AwsApi api, Optional<OfferedService> service) {}

    Destination route(HttpRequest request) {
        Optional<String> target = request.headers().first(JsonProtocol.TARGET);
        if (target.isPresent()) {
            return services.values().stream()
                    .filter(service -> service.isTarget(target.get()))
                    .findFirst()
                    .map(service -> new Destination(service.api(), Optional.of(service)))
                    .orElseGet(() -> new Destination(AwsApi.ACM, Optional.empty()));
        }
        if (DATED_PATH.matcher(request.rawPath()).matches()) {
            return to(AwsApi.CLOUDFRONT);
        }
        if (QueryProtocol.mayBe(request)) {
            return to(AwsApi.STS);
        }
        return byScope(request);
    }

    private Destination byScope(HttpRequest request) {
        try {
            String scoped = Signature.of(Authenticator.signed(request)).scope().service();
            for (AwsApi api : AwsApi.values()) {
                if (api.signingName().equals(scoped)) {
                    return to(api);
                }
            }
        } catch (SignatureRefused _) {
            // Not even a scope: nothing tells the API, and JSON is what most of them speak.
        }
        return new Destination(AwsApi.ACM, Optional.empty());
    }

    private Destination to(AwsApi api) {
        return new Destination(api, Optional.ofNullable(services.get(api)));
    }
}
