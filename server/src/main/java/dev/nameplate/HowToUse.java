package dev.nameplate;

import java.net.URI;

/// What `serve` prints: the addresses, and lines to copy.
final class HowToUse {
    private HowToUse() {}

    static String text(Server server) {
        var endpoints = server.endpoints();
        var keys = server.keys();
        var account = server.store().account();
        URI edge = URI.create(endpoints.edgeHttps());
        StringBuilder text = new StringBuilder();
        text.append(
                """
                Nameplate serves account %s from %s
                  API (Lightsail, ACM, CloudFront, STS, SSL for SaaS)  %s
                  edge                                                 %s  %s
                  DNS (UDP and TCP)                                    %s
                  root certificate                                     %s

                """
                        .formatted(
                                account,
                                server.settings().dataDir(),
                                endpoints.api(),
                                endpoints.edgeHttps(),
                                endpoints.edgeHttp(),
                                endpoints.dns(),
                                endpoints.caRoot()));
        keys.newSecret()
                .ifPresent(secret ->
                        text.append(
                                """
                                Made at this first start, shown only once:
                                  export AWS_ACCESS_KEY_ID=%s
                                  export AWS_SECRET_ACCESS_KEY=%s
                                """
                                        .formatted(keys.accessKeyId().orElse(""), secret)));
        keys.newApiKey()
                .ifPresent(apiKey ->
                        text.append(
                                "  export SSL_FOR_SAAS_KEY=%s   (x-api-key of SSL for SaaS, shown only once)\n\n"
                                        .formatted(apiKey)));
        text.append(
                """
                Try it:
                  export AWS_DEFAULT_REGION=us-east-1%s
                  aws --endpoint-url %s sts get-caller-identity
                  aws --endpoint-url %s lightsail create-domain --domain-name shop.example
                  aws --endpoint-url %s lightsail create-certificate --certificate-name shop --domain-name www.shop.example
                  aws --endpoint-url %s lightsail get-certificates --include-certificate-details
                  curl -H "x-api-key: $SSL_FOR_SAAS_KEY" %s/ssl_for_saas/list_ssl_jobs
                  curl --cacert %s --resolve www.shop.example:%d:%s https://www.shop.example:%d/

                Stop it with Ctrl-C or SIGTERM.
                """
                        .formatted(
                                endpoints.api().startsWith("https:")
                                        ? " AWS_CA_BUNDLE=" + endpoints.caRoot()
                                        : "",
                                endpoints.api(),
                                endpoints.api(),
                                endpoints.api(),
                                endpoints.api(),
                                endpoints.api(),
                                endpoints.caRoot(),
                                edge.getPort(),
                                edge.getHost(),
                                edge.getPort()));
        return text.toString();
    }
}
