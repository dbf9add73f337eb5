package dev.nameplate.edge.http;

import io.netty.util.concurrent.FastThreadLocal;

import java.util.concurrent.atomic.AtomicInteger;

/// Numbers the event loops 0, 1, 2… in the order of their first request, for counters of their own.
final class LoopNumbers {
    private final AtomicInteger next = new AtomicInteger();
    private final FastThreadLocal<Integer> number =
            new FastThreadLocal<>() {
                @Override
                protected Integer initialValue() {
                    return next.getAndIncrement();
                }
            };

    int current() {
        return number.get();
    }
}
