package dev.nameplate.certificate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Calls that take their time, each on a thread of its own.
record ConcurrentCalls(ExecutorService threads) {
    /// The answers in the order of the calls, each of which answers for its own failures.
    <T> List<T> all(List<Callable<T>> calls) {
        List<Future<T>> futures = calls.stream().map(threads::submit).toList();
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "a call failed that was to answer for its failures", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the server is stopping", e);
        }
    }
}
