package dev.nameplate.edge.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Every name below `.test` is this machine, so that real clients can be pointed at the edge by name.
public final class TestResolver extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                if (host.equals("metadata.test")) {
                    return Stream.of(
                            InetAddress.getByAddress(
                                    host,
                                    new byte[] {(byte) 169, (byte) 254, (byte) 169, (byte) 254}));
                }
                if (host.endsWith(".unresolved.test")) {
                    throw new UnknownHostException(host);
                }
                return host.endsWith(".test")
                        ? Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}))
                        : system.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return system.lookupByAddress(address);
            }
        };
    }

    @Override
    public String name() {
        return "everything below .test is here";
    }
}
