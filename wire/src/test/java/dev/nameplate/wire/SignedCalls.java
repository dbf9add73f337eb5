package dev.nameplate.wire;

import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/// Makes requests signed by the SDK's own signer, at a time of our choosing.
record SignedCalls(
        AwsApi api,
        String service,
        String region,
        Instant signedAt,
        String accessKeyId,
        String secret) {

    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    static SignedCalls of(AwsApi api, Instant signedAt) {
        return new SignedCalls(
                api,
                api.signingName(),
                "us-east-1",
                signedAt,
                Clients.CREDENTIAL.accessKeyId(),
                Clients.CREDENTIAL.secretAccessKey());
    }

    SignedCalls in(String otherRegion) {
        return new SignedCalls(api, service, otherRegion, signedAt, accessKeyId, secret);
    }

    SignedCalls at(Instant otherTime) {
        return new SignedCalls(api, service, region, otherTime, accessKeyId, secret);
    }

    SignedCalls scopedTo(String otherService) {
        return new SignedCalls(api, otherService, region, signedAt, accessKeyId, secret);
    }

    SignedCalls with(String otherKey, String otherSecret) {
        return new SignedCalls(api, service, region, signedAt, otherKey, otherSecret);
    }

    /// A JSON call.
    HttpRequest target(String target, String body) {
        return request(
                "POST",
                "/",
                Headers.of("X-Amz-Target", target, "Content-Type", "application/x-amz-json-1.1"),
                body);
    }

    HttpRequest form(String body) {
        return request(
                "POST",
                "/",
                Headers.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                body);
    }

    HttpRequest request(String method, String target, Headers headers, String body) {
        return sign(method, target, headers, body, Optional.empty());
    }

    HttpRequest presigned(String method, String target, Duration expires) {
        return sign(method, target, Headers.none(), "", Optional.of(expires));
    }

    private HttpRequest sign(
            String method,
            String target,
            Headers headers,
            String body,
            Optional<Duration> presignedFor) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest.Builder unsigned =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.fromValue(method))
                        .uri(URI.create("http://127.0.0.1:4566" + target))
                        .putHeader("Host", "127.0.0.1:4566");
        headers.forEach(unsigned::appendHeader);
        SignRequest.Builder<AwsCredentialsIdentity> signing =
                SignRequest.builder(AwsCredentialsIdentity.create(accessKeyId, secret))
                        .request(unsigned.build())
                        .payload(ContentStreamProvider.fromByteArray(bytes))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(
                                AwsV4HttpSigner.SIGNING_CLOCK,
                                Clock.fixed(signedAt, ZoneOffset.UTC));
        presignedFor.ifPresent(duration ->
                signing.putProperty(
                                AwsV4HttpSigner.AUTH_LOCATION,
                                AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, duration));
        return InProcessHttpClient.wireRequest(SIGNER.sign(signing.build()).request(), bytes);
    }
}
