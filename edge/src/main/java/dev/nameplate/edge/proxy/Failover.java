package dev.nameplate.edge.proxy;

import java.util.Set;
import java.util.function.Supplier;

/// Where to turn when an origin gives no answer, or one with a status that counts as none.
///
/// @param request what the second origin is asked; without body, as the first was
public record Failover(Set<Integer> statuses, Supplier<OriginRequest> request) {}
