package dev.nameplate.saas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A [Tenancy] as an entry's row has it.
final class TenancyJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TenancyJson() {}

    static String write(Tenancy tenancy) {
        ObjectNode json = JSON.createObjectNode();
        tenancy.connectionGroup().ifPresent(group -> json.put("connectionGroup", group));
        tenancy.name().ifPresent(name -> json.put("name", name));
        ObjectNode parameters = json.putObject("parameters");
        tenancy.parameters().forEach(parameters::put);
        return json.toString();
    }

    static Tenancy read(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            Map<String, String> parameters = new HashMap<>();
            json.path("parameters")
                    .properties()
                    .forEach(each -> parameters.put(each.getKey(), each.getValue().textValue()));
            return new Tenancy(text(json, "connectionGroup"), text(json, "name"), parameters);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored tenancy is unreadable", e);
        }
    }

    private static Optional<String> text(JsonNode json, String member) {
        return Optional.ofNullable(json.path(member).textValue());
    }
}
