package dev.nameplate.testkit;

import dev.nameplate.wire.AwsEndpoint;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/// What an SDK client sends goes straight to the endpoint; the last answer is kept as it was on the wire.
public final class EndpointHttp implements SdkHttpClient {
    private final AwsEndpoint endpoint;
    private HttpResponse lastAnswer = new HttpResponse(0, Headers.of(Map.of()), new byte[0]);

    public EndpointHttp(AwsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    public HttpResponse lastAnswer() {
        return lastAnswer;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                lastAnswer = endpoint.handle(wireRequest(request));
                SdkHttpResponse.Builder response =
                        SdkHttpResponse.builder()
                                .statusCode(lastAnswer.status())
                                .putHeader(
                                        "Content-Length", String.valueOf(lastAnswer.body().length));
                lastAnswer.headers().forEach(response::appendHeader);
                return HttpExecuteResponse.builder()
                        .response(response.build())
                        .responseBody(
                                AbortableInputStream.create(
                                        new ByteArrayInputStream(lastAnswer.body())))
                        .build();
            }

            @Override
            public void abort() {}
        };
    }

    private static HttpRequest wireRequest(HttpExecuteRequest request) throws IOException {
        byte[] body = new byte[0];
        if (request.contentStreamProvider().isPresent()) {
            try (InputStream in = request.contentStreamProvider().get().newStream()) {
                body = in.readAllBytes();
            }
        }
        var http = request.httpRequest();
        return new HttpRequest(
                http.method().name(),
                http.getUri().getRawPath(),
                Optional.ofNullable(http.getUri().getRawQuery()).orElse(""),
                Headers.of(http.headers()),
                body);
    }

    @Override
    public void close() {}
}
