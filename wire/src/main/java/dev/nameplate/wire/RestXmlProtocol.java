package dev.nameplate.wire;

import dev.nameplate.wire.codec.Scalars;
import dev.nameplate.wire.codec.XmlCodec;
import dev.nameplate.wire.codec.XmlWriter;
import dev.nameplate.wire.model.OperationModel;
import dev.nameplate.wire.model.ServiceModel;
import dev.nameplate.wire.model.Shape;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.utils.builder.Buildable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// REST-XML: members travel in path, query, headers and an XML body. `Content-Type` is not looked at,
/// since some clients send none.
final class RestXmlProtocol implements Protocol {

    private static final String CONTENT_TYPE = "text/xml";

    private final String namespace;
    private final RestRoutes routes;
    private final XmlCodec xml;

    RestXmlProtocol(ServiceModel model, String namespace, XmlCodec xml) {
        this.namespace = namespace;
        this.routes = new RestRoutes(model.operations().values());
        this.xml = xml;
    }

    @Override
    public Optional<Call> call(HttpRequest request) {
        return routes.match(request)
                .map(match ->
                        new Call(match.operation(), builder -> decode(match, request, builder)));
    }

    private SdkPojo decode(RestRoutes.Match match, HttpRequest request, SdkPojo builder) {
        for (SdkField<?> field : builder.sdkFields()) {
            switch (field.location()) {
                case PATH, GREEDY_PATH -> {
                    String label = match.labels().get(field.locationName());
                    if (label != null) {
                        field.set(builder, Scalars.parse(label, field));
                    }
                }
                case QUERY_PARAM -> {
                    List<String> values =
                            match.query().getOrDefault(field.locationName(), List.of());
                    if (!values.isEmpty()) {
                        field.set(builder, queryValue(values, field));
                    }
                }
                case HEADER ->
                        request.headers()
                                .first(field.locationName())
                                .ifPresent(
                                        value -> field.set(builder, Scalars.parse(value, field)));
                case PAYLOAD, STATUS_CODE -> {
                    // The body is read below, as a whole.
                }
            }
        }
        match.operation()
                .input()
                .ifPresent(shape -> decodeBody(match.operation(), shape, request.body(), builder));
        return (SdkPojo) ((Buildable) builder).build();
    }

    private static Object queryValue(List<String> values, SdkField<?> field) {
        if (field.marshallingType().getKnownType() != MarshallingKnownType.LIST) {
            return Scalars.parse(values.getFirst(), field);
        }
        SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
        return values.stream().map(value -> Scalars.parse(value, element)).toList();
    }

    private void decodeBody(OperationModel operation, Shape shape, byte[] body, SdkPojo builder) {
        List<SdkField<?>> members =
                builder.sdkFields().stream()
                        .filter(field -> field.location() == MarshallLocation.PAYLOAD)
                        .toList();
        if (body.length == 0) {
            if (members.stream().anyMatch(field -> shape.requires(field.memberName()))) {
                throw new Refused(
                        Fault.MISSING_BODY,
                        "This operation requires a body. Ensure that the body is present and the"
                                + " Content-Type header is set.");
            }
            return;
        }
        Optional<SdkField<?>> payload = payload(members);
        if (payload.isPresent()) {
            SdkField<?> field = payload.get();
            field.set(builder, payloadValue(field, shape, body));
        } else if (!members.isEmpty()) {
            xml.decode(body, operation.inputRoot().orElse(shape.name()), builder, shape);
        }
    }

    private Object payloadValue(SdkField<?> field, Shape shape, byte[] body) {
        return switch (field.marshallingType().getKnownType()) {
            case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(body);
            case STRING -> new String(body, StandardCharsets.UTF_8);
            default -> {
                SdkPojo builder = field.constructor().get();
                Shape target = shape.members().getOrDefault(field.memberName(), shape);
                xml.decode(body, field.locationName(), builder, target);
                yield ((Buildable) builder).build();
            }
        };
    }

    @Override
    public HttpResponse encode(OperationModel operation, SdkPojo response, String requestId) {
        Headers.Builder headers = Headers.builder();
        for (SdkField<?> field : response.sdkFields()) {
            Object value = field.getValueOrDefault(response);
            if (field.location() == MarshallLocation.HEADER && value != null) {
                headers.add(field.unmarshallLocationName(), Scalars.format(field, value));
            }
        }
        List<SdkField<?>> members =
                response.sdkFields().stream()
                        .filter(field -> field.location() == MarshallLocation.PAYLOAD)
                        .toList();
        byte[] body = body(operation, response, members);
        if (body.length > 0 && !headers.build().has("Content-Type")) {
            headers.add("Content-Type", CONTENT_TYPE);
        }
        return new HttpResponse(operation.status(), headers.build(), body);
    }

    private byte[] body(OperationModel operation, SdkPojo response, List<SdkField<?>> members) {
        Optional<SdkField<?>> payload = payload(members);
        if (payload.isEmpty()) {
            return members.isEmpty()
                    ? new byte[0]
                    : document(operation.name() + "Result", response);
        }
        SdkField<?> field = payload.get();
        return switch (field.getValueOrDefault(response)) {
            case null -> new byte[0];
            case SdkBytes bytes -> bytes.asByteArray();
            case SdkPojo pojo -> document(field.unmarshallLocationName(), pojo);
            case Object text -> text.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] document(String root, SdkPojo pojo) {
        XmlWriter out = new XmlWriter().open(root, namespace);
        xml.encode(pojo, out);
        return out.close(root).toBytes();
    }

    private static Optional<SdkField<?>> payload(List<SdkField<?>> members) {
        return members.stream()
                .filter(field -> field.containsTrait(PayloadTrait.class))
                .findFirst();
    }
}
