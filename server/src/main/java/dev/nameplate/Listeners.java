package dev.nameplate;

import dev.nameplate.api.ApiServer;
import dev.nameplate.api.PublicServer;
import dev.nameplate.config.Endpoints;
import dev.nameplate.config.Settings;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.edge.Edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/// Where the server listens, and how a client on this machine reaches it.
record Listeners(InetAddress bind) {

    static Listeners of(Settings settings) {
        try {
            return new Listeners(InetAddress.getByName(settings.bind()));
        } catch (UnknownHostException e) {
            throw new Server.CannotStart("cannot bind to '" + settings.bind() + "'", e);
        }
    }

    /// @param port 0 takes a free one
    InetSocketAddress at(int port) {
        return new InetSocketAddress(bind, port);
    }

    /// Loopback when bound to every address.
    InetAddress reachable() {
        return bind.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bind;
    }

    InetSocketAddress reachable(InetSocketAddress listening) {
        return new InetSocketAddress(reachable(), listening.getPort());
    }

    Endpoints endpoints(ApiServer api, Edge edge, PublicServer pki, DnsServer dns, Path caRoot) {
        String host = hostText(reachable());
        String scheme = api.isTls() ? "https" : "http";
        return new Endpoints(
                scheme + "://" + host + ":" + api.port(),
                "http://" + host + ":" + edge.httpAddress().getPort(),
                "https://" + host + ":" + edge.httpsAddress().getPort(),
                "http://" + host + ":" + pki.port(),
                host + ":" + dns.address().getPort(),
                caRoot.toString());
    }

    private static String hostText(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
