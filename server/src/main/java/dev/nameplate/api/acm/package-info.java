/// AWS Certificate Manager: operation → feature call → response. Start at [AcmApi].
@NullMarked
package dev.nameplate.api.acm;

import org.jspecify.annotations.NullMarked;
