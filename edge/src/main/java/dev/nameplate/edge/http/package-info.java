/// HTTP towards visitors: HTTP/1.1 and HTTP/2 connections, each request of which becomes an [Exchange].
///
/// What an exchange is answered with is decided by a [RequestHandler] elsewhere. Sees `edge.config`, `edge.name` and
/// `edge.cache` (a stored answer is sent in one go); seen by `edge.serve` and the edge's start. Start at [Viewers].
@NullMarked
package dev.nameplate.edge.http;

import org.jspecify.annotations.NullMarked;
