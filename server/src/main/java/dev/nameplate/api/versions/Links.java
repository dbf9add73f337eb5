package dev.nameplate.api.versions;

import dev.nameplate.distribution.DistributionId;

/// Where a version's configuration is read: at this server, under the address that the caller used, with the caller's key.
///
/// @param tls whether the port speaks TLS itself
record Links(boolean tls) {
    static final String CONTENT = "/versions/config_content/";

    String to(Call call, DistributionId distribution, long version) {
        String path = CONTENT + version + "?distributionId=" + distribution;
        return call.header("host").map(host -> scheme(call) + "://" + host + path).orElse(path);
    }

    /// Without TLS of our own, a proxy before us may have ended it.
    private String scheme(Call call) {
        return tls || call.header("x-forwarded-proto").filter("https"::equals).isPresent()
                ? "https"
                : "http";
    }
}
