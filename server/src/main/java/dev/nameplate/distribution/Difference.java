package dev.nameplate.distribution;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Optional;

/// One place where two documents differ.
///
/// @param path from the root, such as `/Origins/Items[Id=main]/DomainName`: elements of a list are named by what identifies
///     them, where something does, else by their index
/// @param before empty where there was nothing
/// @param after empty where there is nothing
public record Difference(String path, Optional<JsonNode> before, Optional<JsonNode> after) {}
