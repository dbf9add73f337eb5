package dev.nameplate.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/// Stands between a client and Pebble, counts what passes by, and holds one request before it gets there, or its answer
/// before it gets back, until the client is gone. Pebble's addresses follow the `Host` it is asked under, so they lead here.
final class AcmeProxy implements AutoCloseable {
    /// What can be asked of Pebble.
    enum Step {
        DIRECTORY("/dir"),
        NEW_NONCE("/nonce-plz"),
        NEW_ACCOUNT("/sign-me-up"),
        NEW_ORDER("/order-plz"),
        AUTHORIZATION("/authZ/"),
        CHALLENGE("/chalZ/"),
        FINALIZE("/finalize-order/"),
        ORDER("/my-order/"),
        CERTIFICATE("/certZ/"),
        OTHER("");

        private final String path;

        Step(String path) {
            this.path = path;
        }

        private static Step of(String path) {
            for (Step step : values()) {
                if (path.startsWith(step.path)) {
                    return step;
                }
            }
            throw new IllegalArgumentException(path);
        }
    }

    /// Where a request is held.
    enum Side {
        BEFORE_IT_ARRIVES,
        BEFORE_ITS_ANSWER
    }

    private record Hold(Step step, Side side, CountDownLatch reached) {}

    private final int pebble;
    private final SSLContext context;
    private final SSLServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Step> forwarded = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Optional<Hold> hold = Optional.empty();
    private boolean down;

    private AcmeProxy(int pebble, SSLContext context, SSLServerSocket listener) {
        this.pebble = pebble;
        this.context = context;
        this.listener = listener;
    }

    static AcmeProxy before(Pebble pebble) throws IOException {
        SSLContext context = context(pebble.tls());
        AcmeProxy proxy =
                new AcmeProxy(
                        pebble.port(),
                        context,
                        (SSLServerSocket)
                                context.getServerSocketFactory()
                                        .createServerSocket(
                                                0, 64, InetAddress.getLoopbackAddress()));
        proxy.threads.execute(proxy::listen);
        return proxy;
    }

    URI directory() {
        return URI.create("https://localhost:" + listener.getLocalPort() + "/dir");
    }

    /// Holds the next request of that kind, for ever: its client will be gone.
    ///
    /// @return counted down when it is held
    synchronized CountDownLatch hold(Step step, Side side) {
        CountDownLatch reached = new CountDownLatch(1);
        hold = Optional.of(new Hold(step, side, reached));
        return reached;
    }

    /// Answers everything with 503 from now on, or no longer.
    synchronized void down(boolean now) {
        down = now;
    }

    /// How many requests of that kind came to Pebble.
    synchronized long forwarded(Step step) {
        return forwarded.stream().filter(step::equals).count();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException _) {
                // Closed, or a client that went before it was let in.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            Optional<Message> request = Message.read(in);
            while (request.isPresent()) {
                client.getOutputStream().write(answer(request.get()));
                client.getOutputStream().flush();
                request = Message.read(in);
            }
        } catch (IOException _) {
            // A client that is gone needs no answer.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] answer(Message request) throws IOException, InterruptedException {
        Step step = Step.of(request.head().split(" ")[1]);
        Optional<Hold> held;
        synchronized (this) {
            if (down) {
                return "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(ISO_8859_1);
            }
            held = hold.filter(each -> each.step() == step);
            if (held.isPresent()) {
                hold = Optional.empty();
            }
        }
        if (held.isPresent() && held.get().side() == Side.BEFORE_IT_ARRIVES) {
            held.get().reached().countDown();
            closed.await();
        }
        byte[] answer = forward(request);
        synchronized (this) {
            forwarded.add(step);
        }
        if (held.isPresent()) {
            held.get().reached().countDown();
            closed.await();
        }
        return answer;
    }

    private byte[] forward(Message request) throws IOException {
        try (Socket server =
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), pebble)) {
            OutputStream out = server.getOutputStream();
            String head = request.head().replaceFirst("\r\n", "\r\nConnection: close\r\n");
            out.write(new Message(head, request.body()).bytes());
            out.flush();
            return server.getInputStream().readAllBytes();
        }
    }

    /// One HTTP/1.1 message with a length, as it came.
    private record Message(String head, byte[] body) {
        static Optional<Message> read(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return Optional.empty();
                }
                head.write(next);
            }
            String text = head.toString(ISO_8859_1);
            int length =
                    text.toLowerCase(Locale.ROOT)
                            .lines()
                            .filter(line -> line.startsWith("content-length:"))
                            .map(line -> Integer.parseInt(line.substring(15).strip()))
                            .findFirst()
                            .orElse(0);
            return Optional.of(new Message(text, in.readNBytes(length)));
        }

        byte[] bytes() {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(head.getBytes(ISO_8859_1));
            whole.writeBytes(body);
            return whole.toByteArray();
        }
    }

    private static SSLContext context(ForeignCa ca) throws IOException {
        try {
            ForeignCa.Triple shown = ca.issue("localhost");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Certificate[] chain =
                    certificates(
                            ForeignCa.Triple.text(shown.certificate())
                                    + ForeignCa.Triple.text(shown.chain()));
            store.setKeyEntry("localhost", key(shown.privateKey()), new char[0], chain);
            store.setCertificateEntry("root", chain[chain.length - 1]);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static Certificate[] certificates(String pem) throws GeneralSecurityException, IOException {
        try (InputStream in = new ByteArrayInputStream(pem.getBytes(ISO_8859_1))) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
        }
    }

    static PrivateKey key(Path pem) throws GeneralSecurityException {
        byte[] der =
                Base64.getMimeDecoder()
                        .decode(ForeignCa.Triple.text(pem).replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        threads.shutdownNow();
    }

    /// Whether that was reached in time.
    static boolean reached(CountDownLatch latch, long seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
