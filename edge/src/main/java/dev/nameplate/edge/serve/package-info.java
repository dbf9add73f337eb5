/// Answers requests: finds site and behaviour, applies its rules, serves from cache or fetches from the origin.
///
/// The only package that knows visitors, sites, cache and origins together. Seen by the edge's start. Start at
/// [SiteHandler].
@NullMarked
package dev.nameplate.edge.serve;

import org.jspecify.annotations.NullMarked;
