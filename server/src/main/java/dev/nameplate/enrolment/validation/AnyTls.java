package dev.nameplate.enrolment.validation;

import dev.nameplate.pki.AnyChain;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// TLS with whoever answers. Who it is, is what a challenge is about to find out.
final class AnyTls {
    private static final SSLContext CONTEXT = context();

    private AnyTls() {}

    /// After the handshake.
    ///
    /// @param protocols ALPN's, none for none
    static SSLSocket over(
            Socket socket, String serverName, Reach.Deadline deadline, String... protocols)
            throws IOException {
        SSLSocket tls =
                (SSLSocket)
                        CONTEXT.getSocketFactory()
                                .createSocket(socket, serverName, socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(protocols);
        tls.setSSLParameters(parameters);
        tls.setSoTimeout(deadline.millisLeft());
        tls.startHandshake();
        return tls;
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyChain()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
