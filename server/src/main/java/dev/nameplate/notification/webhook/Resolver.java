package dev.nameplate.notification.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// The addresses of a host.
@FunctionalInterface
public interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
