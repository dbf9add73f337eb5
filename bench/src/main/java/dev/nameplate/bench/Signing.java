package dev.nameplate.bench;

import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Requests as the bytes that go on the wire, signed by the SDK's own signer before the clock runs.
final class Signing {
    static final String ACCESS_KEY_ID = "AKIABENCHBENCHBENCH1";
    static final String SECRET_ACCESS_KEY = "bench-only-secret-of-a-server-in-a-temp-folder";

    private final URI api;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsIdentity identity =
            AwsCredentialsIdentity.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY);

    Signing(InetSocketAddress api) {
        this.api = URI.create("http://127.0.0.1:" + api.getPort() + "/");
    }

    byte[] lightsail(String operation, String json) {
        return signed(
                "lightsail", json, "application/x-amz-json-1.1", "Lightsail_20161128." + operation);
    }

    byte[] acm(String operation, String json) {
        return signed("acm", json, "application/x-amz-json-1.1", "CertificateManager." + operation);
    }

    byte[] callerIdentity() {
        return signed(
                "sts",
                "Action=GetCallerIdentity&Version=2011-06-15",
                "application/x-www-form-urlencoded; charset=utf-8",
                "");
    }

    byte[] cloudFront(String path, String xml) {
        return signed("cloudfront", path, xml, "application/xml", "");
    }

    private byte[] signed(String service, String body, String contentType, String target) {
        return signed(service, "/", body, contentType, target);
    }

    private byte[] signed(
            String service, String path, String body, String contentType, String target) {
        var request =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.POST)
                        .uri(api.resolve(path))
                        .putHeader("Content-Type", contentType);
        if (!target.isEmpty()) {
            request.putHeader("X-Amz-Target", target);
        }
        var signed =
                signer.sign(sign ->
                        sign.identity(identity)
                                .request(request.build())
                                .payload(ContentStreamProvider.fromUtf8String(body))
                                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"));
        StringBuilder text = new StringBuilder("POST " + path + " HTTP/1.1\r\n");
        signed.request()
                .forEachHeader((name, values) ->
                        text.append(name)
                                .append(": ")
                                .append(String.join(",", values))
                                .append("\r\n"));
        text.append("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n\r\n")
                .append(body);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
