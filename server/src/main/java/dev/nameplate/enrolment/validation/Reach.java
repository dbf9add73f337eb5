package dev.nameplate.enrolment.validation;

import dev.nameplate.dns.ChallengeLookup;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Connects to a name's servers, at addresses that were judged: what is connected to is the very address that was looked at, so
/// that a name cannot point elsewhere in between.
final class Reach {
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /// Enough for a name with addresses of both kinds, one of them dead.
    private static final int MOST_ADDRESSES = 4;

    private final ChallengeLookup lookup;
    private final ValidationSettings settings;

    Reach(ChallengeLookup lookup, ValidationSettings settings) {
        this.lookup = lookup;
        this.settings = settings;
    }

    /// No server of the name can be asked.
    static final class Unreachable extends IOException {
        private final boolean named;

        /// @param named whether the name has addresses at all
        private Unreachable(String message, boolean named) {
            super(message);
            this.named = named;
        }

        boolean isNamed() {
            return named;
        }
    }

    /// A moment of the process's own monotonic clock.
    record Deadline(long nanos) {
        static Deadline in(Duration patience) {
            return new Deadline(System.nanoTime() + patience.toNanos());
        }

        /// For a socket, whose timeouts are in milliseconds and endless at 0.
        int millisLeft() throws SocketTimeoutException {
            long left = Duration.ofNanos(nanos - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException("it took too long");
            }
            return Math.toIntExact(left);
        }
    }

    /// To the first of the name's addresses that answers.
    Socket connect(String host, int port, Deadline deadline) throws IOException {
        List<InetAddress> addresses = lookup.addresses(host);
        if (addresses.isEmpty()) {
            throw new Unreachable("the name " + host + " has no address", false);
        }
        List<InetAddress> allowed =
                addresses.stream().filter(settings.allowed()).limit(MOST_ADDRESSES).toList();
        if (allowed.isEmpty()) {
            throw new Unreachable(
                    "the addresses of " + host + " are none that may be asked for challenges",
                    true);
        }
        String why = "";
        for (InetAddress address : allowed) {
            Socket socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(address, port),
                        Math.min(deadline.millisLeft(), Math.toIntExact(CONNECT.toMillis())));
                return socket;
            } catch (IOException e) {
                socket.close();
                why = address.getHostAddress() + " does not answer on port " + port;
            }
        }
        throw new Unreachable(why, true);
    }

    /// Reads until the end, or `most` octets.
    static byte[] read(Socket socket, int most, Deadline deadline) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[most];
        int length = 0;
        while (length < most) {
            // Anew for each piece: a server that sends a byte a second must not hold the look.
            socket.setSoTimeout(deadline.millisLeft());
            int more = in.read(bytes, length, most - length);
            if (more < 0) {
                break;
            }
            length += more;
        }
        return Arrays.copyOf(bytes, length);
    }
}
