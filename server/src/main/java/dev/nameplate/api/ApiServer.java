package dev.nameplate.api;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.Reply;
import dev.nameplate.wire.StreamedResponse;

import io.helidon.common.tls.Tls;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/// All HTTP doors on one port. Hands each request to the first [Door] that takes it, writes the answer. Blocking
/// handlers on virtual threads.
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    /// Header bytes: SigV4 headers and session tokens stay far below.
    private static final int MAX_HEADERS = 32 * 1024;

    private final WebServer server;
    private final boolean tls;

    private ApiServer(WebServer server, boolean tls) {
        this.server = server;
        this.tls = tls;
    }

    /// @param port 0 takes a free one
    /// @param tls present: the port speaks TLS with this context
    /// @param doors asked in order; the last one takes everything left over
    /// @param drain how long requests under way may take to finish at [#close]
    public static ApiServer start(
            InetAddress address,
            int port,
            Optional<SSLContext> tls,
            List<Door> doors,
            Duration drain) {
        List<Door> inOrder = List.copyOf(doors);
        var config =
                WebServer.builder()
                        .shutdownHook(false)
                        .address(address)
                        .port(port)
                        .shutdownGracePeriod(drain)
                        .routing(routing -> routing.any((in, out) -> serve(inOrder, in, out)));
        tls.ifPresent(context -> config.tls(Tls.builder().sslContext(context).build()));
        config.addProtocol(
                io.helidon.webserver.http1.Http1Config.builder()
                        .maxHeadersSize(MAX_HEADERS)
                        // Signatures cover the path as it was sent.
                        .validatePath(false)
                        .build());
        WebServer server = config.build().start();
        // Helidon 4.5 logs that a port is taken, and goes on without it.
        if (server.port() <= 0) {
            server.stop();
            throw new UncheckedIOException(
                    new BindException(
                            "the server cannot listen on "
                                    + address.getHostAddress()
                                    + ":"
                                    + port
                                    + ": is another program using the port?"));
        }
        return new ApiServer(server, tls.isPresent());
    }

    public int port() {
        return server.port();
    }

    public boolean isTls() {
        return tls;
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void serve(List<Door> doors, ServerRequest in, ServerResponse out) {
        HttpRequest head = request(in);
        Door door =
                doors.stream().filter(each -> each.accepts().test(head)).findFirst().orElseThrow();
        Reply answer;
        try (InputStream body = body(in)) {
            answer = door.handler().answer(head, body);
        } catch (IOException e) {
            answer = unread(door, e);
        } catch (UncheckedIOException e) {
            answer = unread(door, e);
        } catch (RuntimeException e) {
            LOG.error("{} failed on {} {}", door.name(), head.method(), head.rawPath(), e);
            answer = plain(500, "internal error");
        }
        boolean secret = door.secret().test(head);
        if (secret) {
            out.headers().set(HeaderValues.CONNECTION_CLOSE);
        }
        try {
            write(answer, out);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{}: the client went away: {}", door.name(), e.getMessage());
            throw new CloseConnectionException("an answer was cut off");
        }
        if (in.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            // Helidon 4.5 says it will close, and then waits for the next request.
            throw new CloseConnectionException("the client asked to close");
        }
        if (secret) {
            throw new CloseConnectionException("the connection's buffer held a secret");
        }
    }

    private static HttpRequest request(ServerRequest in) {
        HttpPrologue prologue = in.prologue();
        Headers.Builder headers = Headers.builder();
        for (Header header : in.headers()) {
            header.allValues().forEach(value -> headers.add(header.name(), value));
        }
        return new HttpRequest(
                prologue.method().text(),
                prologue.uriPath().rawPath(),
                prologue.query().rawValue(),
                headers.build(),
                new byte[0]);
    }

    private static InputStream body(ServerRequest in) {
        return in.content().hasEntity()
                ? in.content().inputStream()
                : InputStream.nullInputStream();
    }

    private static HttpResponse unread(Door door, Exception e) {
        LOG.debug("{}: the client went away: {}", door.name(), e.getMessage());
        return plain(400, "the request body could not be read");
    }

    private static void write(Reply answer, ServerResponse out) throws IOException {
        out.status(Status.create(answer.status()));
        answer.headers()
                .forEach((name, value) ->
                        out.headers().add(HeaderValues.create(HeaderNames.create(name), value)));
        switch (answer) {
            case HttpResponse whole -> {
                if (whole.body().length == 0) {
                    out.send();
                } else {
                    out.send(whole.body());
                }
            }
            case StreamedResponse streamed -> {
                // Not closed when it fails: that would end the body as if it were whole.
                OutputStream body = out.outputStream();
                streamed.body().writeTo(body);
                body.close();
            }
        }
    }

    private static HttpResponse plain(int status, String text) {
        return new HttpResponse(
                status,
                Headers.of("Content-Type", "text/plain; charset=utf-8"),
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
