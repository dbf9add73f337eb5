package dev.nameplate.wire;

import dev.nameplate.wire.codec.QueryCodec;
import dev.nameplate.wire.codec.XmlCodec;
import dev.nameplate.wire.codec.XmlWriter;
import dev.nameplate.wire.model.OperationModel;
import dev.nameplate.wire.model.ServiceModel;

import software.amazon.awssdk.core.SdkPojo;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// AWS Query: parameters in a form or in the URL, `Action` names the operation, answers are XML.
final class QueryProtocol implements Protocol {

    private final ServiceModel model;
    private final String namespace;
    private final XmlCodec xml;

    QueryProtocol(ServiceModel model, String namespace, XmlCodec xml) {
        this.model = model;
        this.namespace = namespace;
        this.xml = xml;
    }

    /// Whether a request may be of this protocol, judged without its body.
    static boolean mayBe(HttpRequest request) {
        return request.rawPath().equals("/")
                && (("&" + request.rawQuery()).contains("&Action=")
                        || (request.method().equals("POST") && isForm(request)));
    }

    @Override
    public Optional<Call> call(HttpRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>(QueryString.form(request.rawQuery()));
        if (isForm(request)) {
            parameters.putAll(QueryString.form(new String(request.body(), StandardCharsets.UTF_8)));
        }
        String version = parameters.getOrDefault("Version", model.apiVersion());
        return Optional.ofNullable(parameters.get("Action"))
                .filter(_ -> version.equals(model.apiVersion()))
                .flatMap(action -> Optional.ofNullable(model.operations().get(action)))
                .map(operation ->
                        new Call(operation, builder -> QueryCodec.decode(parameters, builder)));
    }

    @Override
    public HttpResponse encode(OperationModel operation, SdkPojo response, String requestId) {
        String root = operation.name() + "Response";
        String result = operation.name() + "Result";
        XmlWriter out = new XmlWriter().open(root, namespace);
        if (operation.output().isPresent()) {
            out.open(result);
            xml.encode(response, out);
            out.close(result);
        }
        out.open("ResponseMetadata")
                .element("RequestId", requestId)
                .close("ResponseMetadata")
                .close(root);
        return new HttpResponse(
                operation.status(), Headers.of("Content-Type", "text/xml"), out.toBytes());
    }

    private static boolean isForm(HttpRequest request) {
        return request.headers()
                .first("Content-Type")
                .filter(type ->
                        type.toLowerCase(Locale.ROOT)
                                .startsWith("application/x-www-form-urlencoded"))
                .isPresent();
    }
}
