/// What AWS's service descriptions say: operations, HTTP bindings, statuses, constraints.
///
/// Called by the endpoint and by `codec`; sees no other package of ours. Start at [ServiceModel],
/// then [Constraints].
@NullMarked
package dev.nameplate.wire.model;

import org.jspecify.annotations.NullMarked;
