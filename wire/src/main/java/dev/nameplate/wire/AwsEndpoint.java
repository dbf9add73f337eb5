package dev.nameplate.wire;

import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.codec.MalformedBody;
import dev.nameplate.wire.codec.XmlCodec;
import dev.nameplate.wire.model.Constraints;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// All offered AWS APIs behind one address. A call is routed, its operation found, its signature
/// proven, its body decoded and checked, and only then is the service asked; whatever goes wrong
/// leaves as the error that API has for it.
///
/// Every answer carries `x-amzn-RequestId` and `Date`. While a call is handled, the logging context
/// ([MDC]) holds [#REQUEST_ID], [#SERVICE] and, once known, [#OPERATION]; the logger
/// `dev.nameplate.wire.calls` then has one line for it. Safe for any number of
/// threads.
public final class AwsEndpoint {

    /// Key of the request id in the logging context.
    public static final String REQUEST_ID = "requestId";

    /// Key of the service's signing name in the logging context.
    public static final String SERVICE = "service";

    /// Key of the operation's name in the logging context.
    public static final String OPERATION = "operation";

    private static final Logger LOG = LoggerFactory.getLogger(AwsEndpoint.class);

    /// One line a call, told apart by the logging context; a name of its own, to be silenced alone.
    private static final Logger CALLS = LoggerFactory.getLogger("dev.nameplate.wire.calls");

    private final Router router;
    private final Authenticator authenticator;
    private final ErrorEnvelope errors;
    private final InstantSource clock;
    private final Supplier<String> requestIds;
    private final int maxBodyBytes;

    /// What may be set.
    ///
    /// @param skew how far a signature's time may be from ours, either way
    /// @param maxBodyBytes a longer body is refused; a door need not read more than one byte beyond
    /// @param maxDepth how deep JSON and XML may nest; no modelled request comes near the default
    public record Settings(Duration skew, int maxBodyBytes, int maxDepth) {

        public Settings {
            if (skew.isNegative() || maxBodyBytes <= 0 || maxDepth <= 0) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }

        /// Five minutes, as AWS has it for most services; 4 MiB; 64 levels.
        public static Settings defaults() {
            return new Settings(Duration.ofMinutes(5), 4 << 20, 64);
        }
    }

    /// @param requestIds makes a new request id at each call, a UUID as AWS has them
    public AwsEndpoint(
            List<Service<?>> services,
            CredentialLookup credentials,
            InstantSource clock,
            Supplier<String> requestIds,
            Settings settings) {
        JsonCodec json = new JsonCodec(settings.maxDepth());
        XmlCodec xml = new XmlCodec(settings.maxDepth());
        this.router =
                new Router(
                        services.stream()
                                .map(service -> new OfferedService(service, json, xml))
                                .toList());
        this.authenticator = new Authenticator(credentials, clock, settings.skew());
        this.errors = new ErrorEnvelope(json);
        this.clock = clock;
        this.requestIds = requestIds;
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    public HttpResponse handle(HttpRequest request) {
        String requestId = requestIds.get();
        MDC.put(REQUEST_ID, requestId);
        try {
            HttpResponse answer = answer(request, requestId);
            String date =
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            clock.instant().atOffset(ZoneOffset.UTC));
            Headers headers =
                    answer.headers().with("x-amzn-RequestId", requestId).with("Date", date);
            CALLS.info(
                    "answered {} {}",
                    answer.status(),
                    answer.headers().first("x-amzn-ErrorType").orElse(""));
            return new HttpResponse(answer.status(), headers, answer.body());
        } finally {
            MDC.remove(REQUEST_ID);
            MDC.remove(SERVICE);
            MDC.remove(OPERATION);
        }
    }

    private HttpResponse answer(HttpRequest request, String requestId) {
        Router.Destination destination = router.route(request);
        AwsApi api = destination.api();
        MDC.put(SERVICE, api.signingName());
        try {
            OfferedService service = destination.service().orElseThrow(() -> unknown(request));
            return serve(service, request, requestId);
        } catch (Refused e) {
            return refuse(api, e.fault(), e.getMessage(), requestId);
        } catch (MalformedBody e) {
            return refuse(api, Fault.MALFORMED_BODY, e.getMessage(), requestId);
        } catch (Throwable e) {
            Optional<ErrorAnswer> refusal =
                    e instanceof AwsServiceException exception
                            ? destination.service().flatMap(s -> s.refusal(exception))
                            : Optional.empty();
            return refusal.map(error -> errors.write(api, error, requestId))
                    .orElseGet(() -> internalError(api, e, requestId));
        }
    }

    private HttpResponse serve(OfferedService service, HttpRequest request, String requestId)
            throws Throwable {
        if (request.body().length > maxBodyBytes) {
            throw new Refused(
                    Fault.BODY_TOO_LARGE,
                    "The request body is longer than " + maxBodyBytes + " bytes.");
        }
        Protocol.Call call = service.protocol().call(request).orElseThrow(() -> unknown(request));
        MDC.put(OPERATION, call.operation().name());
        Caller caller = authenticator.authenticate(request, service.api());
        BoundOperation operation = service.bind(call.operation());
        SdkPojo input = call.decode().apply(operation.newRequestBuilder());
        call.operation()
                .input()
                .flatMap(shape -> Constraints.violations(shape, input))
                .ifPresent(violations -> {
                    throw new Refused(Fault.INVALID_INPUT, violations);
                });
        SdkPojo output = operation.call(caller, input);
        return service.protocol().encode(call.operation(), output, requestId);
    }

    private HttpResponse refuse(AwsApi api, Fault fault, String message, String requestId) {
        return errors.write(api, ErrorAnswer.of(api, fault, message), requestId);
    }

    private HttpResponse internalError(AwsApi api, Throwable cause, String requestId) {
        LOG.error("{} {} failed", api.signingName(), MDC.get(OPERATION), cause);
        return refuse(
                api,
                Fault.INTERNAL,
                "An internal error occurred. Its cause is logged under request id "
                        + requestId
                        + ".",
                requestId);
    }

    private static Refused unknown(HttpRequest request) {
        String asked =
                request.headers()
                        .first(JsonProtocol.TARGET)
                        .orElse(request.method() + " " + request.rawPath());
        return new Refused(Fault.UNKNOWN_OPERATION, "Nothing here answers to " + asked + ".");
    }
}
