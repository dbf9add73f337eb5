/// The change feed: what every edge node must look at again, in the order it was committed.
///
/// Features append inside their own transaction; `publish` reads. Sees `db`. Start at [ChangeFeed].
@NullMarked
package dev.nameplate.feed;

import org.jspecify.annotations.NullMarked;
