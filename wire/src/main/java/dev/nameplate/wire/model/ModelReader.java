package dev.nameplate.wire.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads the trimmed service descriptions (see `src/main/models`): three sections, api, operations
/// and shapes, in any order.
final class ModelReader {

    private final JsonParser json;
    private final Map<String, String> api = new HashMap<>();
    private final Map<String, RawOperation> operations = new TreeMap<>();
    private final Map<String, RawShape> rawShapes = new LinkedHashMap<>();

    private ModelReader(JsonParser json) {
        this.json = json;
    }

    static ServiceModel read(InputStream in, Set<String> patternFree) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(in)) {
            return new ModelReader(json).model(patternFree);
        }
    }

    private ServiceModel model(Set<String> patternFree) throws IOException {
        json.nextToken();
        while (nextField()) {
            switch (json.currentName()) {
                case "api" -> strings(api);
                case "operations" -> {
                    json.nextToken();
                    while (nextField()) {
                        operations.put(json.currentName(), new RawOperation(json));
                    }
                }
                case "shapes" -> {
                    json.nextToken();
                    while (nextField()) {
                        rawShapes.put(json.currentName(), new RawShape(json));
                    }
                }
                default -> throw new IOException("unknown section " + json.currentName());
            }
        }
        Map<String, Shape> shapes = link(patternFree);
        return new ServiceModel(
                api.getOrDefault("apiVersion", ""),
                api.getOrDefault("targetPrefix", ""),
                operations(shapes),
                shapes,
                errors());
    }

    private Map<String, Shape> link(Set<String> patternFree) {
        Map<String, Shape> shapes = new HashMap<>();
        rawShapes.forEach((name, raw) -> shapes.put(name, new Shape(name, raw.facts())));
        rawShapes.forEach((name, raw) -> {
            Map<String, Shape> members = new LinkedHashMap<>();
            raw.members.forEach((member, target) -> {
                Shape shape = known(shapes, target);
                boolean free = patternFree.contains(name + "." + member);
                members.put(member, free ? shape.withoutPattern() : shape);
            });
            known(shapes, name)
                    .link(Map.copyOf(members), raw.element.map(element -> known(shapes, element)));
        });
        boolean news = true;
        while (news) {
            news = false;
            for (Shape shape : shapes.values()) {
                news |= shape.inheritConstraint();
            }
        }
        return Map.copyOf(shapes);
    }

    private Map<String, OperationModel> operations(Map<String, Shape> shapes) {
        Map<String, OperationModel> linked = new TreeMap<>();
        operations.forEach((name, raw) ->
                linked.put(
                        name,
                        new OperationModel(
                                name,
                                raw.text("method"),
                                raw.text("uri"),
                                raw.status,
                                raw.optional("input").map(shape -> known(shapes, shape)),
                                raw.optional("output").map(shape -> known(shapes, shape)),
                                raw.optional("inputRoot"))));
        return Collections.unmodifiableMap(linked);
    }

    private Map<String, ErrorModel> errors() {
        Map<String, ErrorModel> errors = new HashMap<>();
        rawShapes.forEach((name, raw) -> {
            if (raw.exception) {
                errors.put(ServiceModel.errorKey(name), raw.error(name));
            }
        });
        return Map.copyOf(errors);
    }

    private static Shape known(Map<String, Shape> shapes, String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("the service description lacks shape " + name);
        }
        return shape;
    }

    private boolean nextField() throws IOException {
        return json.nextToken() == JsonToken.FIELD_NAME;
    }

    private void strings(Map<String, String> into) throws IOException {
        json.nextToken();
        while (nextField()) {
            into.put(json.currentName(), json.nextTextValue());
        }
    }

    private static final class RawOperation {
        private final Map<String, String> texts = new HashMap<>();
        private int status = 200;

        RawOperation(JsonParser json) throws IOException {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (name.equals("status")) {
                    status = json.nextIntValue(status);
                } else {
                    texts.put(name, json.nextTextValue());
                }
            }
        }

        String text(String name) {
            return optional(name)
                    .orElseThrow(() -> new IllegalArgumentException("an operation lacks " + name));
        }

        Optional<String> optional(String name) {
            return Optional.ofNullable(texts.get(name));
        }
    }

    private static final class RawShape {
        private Shape.Kind kind = Shape.Kind.STRUCTURE;
        private final Set<String> required = new LinkedHashSet<>();
        private final Set<String> allowed = new LinkedHashSet<>();
        private final Map<String, String> members = new LinkedHashMap<>();
        private Optional<String> pattern = Optional.empty();
        private Optional<String> element = Optional.empty();
        private Optional<String> payload = Optional.empty();
        private Optional<String> code = Optional.empty();
        private OptionalLong min = OptionalLong.empty();
        private OptionalLong max = OptionalLong.empty();
        private boolean sensitive;
        private boolean exception;
        private int status = 400;

        RawShape(JsonParser json) throws IOException {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "type" ->
                            kind = Shape.Kind.valueOf(json.getText().toUpperCase(Locale.ROOT));
                    case "required" -> texts(json, required);
                    case "enum" -> texts(json, allowed);
                    case "pattern" -> pattern = Optional.of(json.getText());
                    case "min" -> min = OptionalLong.of(json.getLongValue());
                    case "max" -> max = OptionalLong.of(json.getLongValue());
                    case "sensitive" -> sensitive = json.getBooleanValue();
                    case "exception" -> exception = json.getBooleanValue();
                    case "fault" -> status = 500;
                    case "payload" -> payload = Optional.of(json.getText());
                    case "element" -> element = Optional.of(json.getText());
                    case "code" -> code = Optional.of(json.getText());
                    case "httpStatusCode" -> status = json.getIntValue();
                    case "members" -> {
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            members.put(json.currentName(), json.nextTextValue());
                        }
                    }
                    default -> throw new IOException("unknown fact " + name);
                }
            }
        }

        Shape.Facts facts() {
            return new Shape.Facts(
                    kind,
                    required,
                    allowed,
                    pattern.map(Pattern::compile),
                    min,
                    max,
                    sensitive,
                    payload);
        }

        ErrorModel error(String shape) {
            String message =
                    members.keySet().stream()
                            .filter("message"::equalsIgnoreCase)
                            .findFirst()
                            .orElse("message");
            return new ErrorModel(code.orElse(shape), status, message);
        }

        private static void texts(JsonParser json, Set<String> into) throws IOException {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                into.add(json.getText());
            }
        }
    }
}
