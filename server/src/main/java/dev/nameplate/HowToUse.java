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
                  CA certificates, CRLs, OCSP                          %s
                  DNS (UDP and TCP)                                    %s
                  root certificate                                     %s

                """
                        .formatted(
                                account,
                                server.settings().dataDir(),
                                endpoints.api(),
                                endpoints.edgeHttps(),
                                endpoints.edgeHttp(),
                                endpoints.pki(),
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
                                "  export SSL_FOR_SAAS_KEY=%s   # the x-api-key of SSL for SaaS\n\n"
                                        .formatted(apiKey)));
        text.append(
                """
                Try it, with a web server of yours (here: python3 -m http.server --bind 127.0.0.1 9000) as the origin:
                  export AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL=<api>%s
                  aws sts get-caller-identity
                  aws lightsail create-domain --domain-name shop.example
                  aws lightsail create-certificate --certificate-name shop --domain-name www.shop.example
                  aws lightsail create-distribution --distribution-name shop --bundle-id small_1_0 \\
                      --origin name=127.0.0.1:9000,regionName=us-east-1,protocolPolicy=http-only \\
                      --default-cache-behavior behavior=cache
                  aws lightsail attach-certificate-to-distribution --distribution-name shop --certificate-name shop
                  curl --cacert <root> --resolve www.shop.example:%d:%s https://www.shop.example:%d/
                  curl -H "x-api-key: $SSL_FOR_SAAS_KEY" <api>/ssl_for_saas/list_ssl_jobs

                Stop it with Ctrl-C or SIGTERM.
                """
                        .formatted(
                                endpoints.api().startsWith("https:") ? " AWS_CA_BUNDLE=<root>" : "",
                                edge.getPort(),
                                edge.getHost(),
                                edge.getPort())
                        .replace("<api>", endpoints.api())
                        .replace("<root>", endpoints.caRoot()));
        return text.toString();
    }
}
