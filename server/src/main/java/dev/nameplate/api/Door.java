package dev.nameplate.api;

import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.util.function.Function;
import java.util.function.Predicate;

/// One API behind the port: which requests are its own, how much of a body it reads, and how it answers.
///
/// @param maxBody bytes; a longer body reaches the handler cut to one byte more than this, for it to refuse in its own terms
public record Door(
        String name,
        Predicate<HttpRequest> accepts,
        int maxBody,
        Function<HttpRequest, HttpResponse> handler) {}
