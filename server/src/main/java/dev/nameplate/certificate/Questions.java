package dev.nameplate.certificate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Many questions to the DNS at once, and not too many.
final class Questions {
    /// Each may hold a socket for seconds, and the same few authoritative servers often answer for many names.
    private static final int MOST = 128;

    private final ExecutorService threads;
    private final Semaphore underWay = new Semaphore(MOST);

    Questions(ExecutorService threads) {
        this.threads = threads;
    }

    /// Answers in the order of the keys.
    <K, V> Map<K, V> inParallel(List<K> keys, Function<K, V> question) {
        Map<K, V> answers = new LinkedHashMap<>();
        if (keys.size() == 1) {
            answers.put(keys.getFirst(), ask(keys.getFirst(), question));
            return answers;
        }
        Map<K, Future<V>> asked = new LinkedHashMap<>();
        keys.forEach(key -> asked.put(key, threads.submit(() -> ask(key, question))));
        try {
            for (Map.Entry<K, Future<V>> entry : asked.entrySet()) {
                answers.put(entry.getKey(), entry.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a question to the DNS failed", e.getCause());
        } catch (InterruptedException e) {
            throw stopped();
        }
        return answers;
    }

    private <K, V> V ask(K key, Function<K, V> question) {
        try {
            underWay.acquire();
        } catch (InterruptedException e) {
            throw stopped();
        }
        try {
            return question.apply(key);
        } finally {
            underWay.release();
        }
    }

    private static CancellationException stopped() {
        Thread.currentThread().interrupt();
        return new CancellationException("the server is stopping");
    }
}
