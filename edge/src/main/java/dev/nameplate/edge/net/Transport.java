package dev.nameplate.edge.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/// The fastest transport that works here: io_uring, epoll, then plain NIO.
public enum Transport {
    IO_URING(
            IoUringServerSocketChannel.class,
            IoUringSocketChannel.class,
            IoUringDatagramChannel.class),
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollDatagramChannel.class),
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);

    private final Class<? extends ServerChannel> server;
    private final Class<? extends Channel> client;
    private final Class<? extends Channel> datagram;

    Transport(
            Class<? extends ServerChannel> server,
            Class<? extends Channel> client,
            Class<? extends Channel> datagram) {
        this.server = server;
        this.client = client;
        this.datagram = datagram;
    }

    /// Container policies often forbid io_uring, hence the test and not only the setting.
    public static Transport best(boolean ioUring) {
        if (ioUring && IoUring.isAvailable()) {
            return IO_URING;
        }
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    public EventLoopGroup newEventLoops(int count) {
        IoHandlerFactory handlers =
                switch (this) {
                    case IO_URING -> IoUringIoHandler.newFactory();
                    case EPOLL -> EpollIoHandler.newFactory();
                    case NIO -> NioIoHandler.newFactory();
                };
        return new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("edge", true), handlers);
    }

    public Class<? extends ServerChannel> server() {
        return server;
    }

    public Class<? extends Channel> client() {
        return client;
    }

    public Class<? extends Channel> datagram() {
        return datagram;
    }
}
