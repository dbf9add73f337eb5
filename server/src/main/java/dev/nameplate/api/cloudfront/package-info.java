/// Amazon CloudFront: operation → feature call → response. Start at [CloudFrontApi].
@NullMarked
package dev.nameplate.api.cloudfront;

import org.jspecify.annotations.NullMarked;
