package dev.nameplate.wire;

import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;

/// Takes the place of the network: what an SDK client would send goes straight to a function.
final class InProcessHttpClient implements SdkHttpClient {

    private final Function<HttpRequest, HttpResponse> server;

    InProcessHttpClient(Function<HttpRequest, HttpResponse> server) {
        this.server = server;
    }

    static HttpRequest wireRequest(SdkHttpRequest request, byte[] body) {
        return new HttpRequest(
                request.method().name(),
                request.getUri().getRawPath(),
                Optional.ofNullable(request.getUri().getRawQuery()).orElse(""),
                Headers.of(request.headers()),
                body);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                byte[] body = new byte[0];
                Optional<ContentStreamProvider> content = request.contentStreamProvider();
                if (content.isPresent()) {
                    try (InputStream in = content.get().newStream()) {
                        body = in.readAllBytes();
                    }
                }
                HttpResponse answer = server.apply(wireRequest(request.httpRequest(), body));
                SdkHttpResponse.Builder response =
                        SdkHttpResponse.builder()
                                .statusCode(answer.status())
                                .putHeader("Content-Length", "" + answer.body().length);
                answer.headers().forEach(response::appendHeader);
                return HttpExecuteResponse.builder()
                        .response(response.build())
                        .responseBody(
                                AbortableInputStream.create(
                                        new ByteArrayInputStream(answer.body())))
                        .build();
            }

            @Override
            public void abort() {}
        };
    }

    @Override
    public void close() {}
}
