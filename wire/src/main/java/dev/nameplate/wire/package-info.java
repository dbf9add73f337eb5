/// AWS on the wire, server side: JSON 1.1, REST-XML, Query, SigV4, constraints, error envelopes. Knows no feature.
@NullMarked
package dev.nameplate.wire;

import org.jspecify.annotations.NullMarked;
