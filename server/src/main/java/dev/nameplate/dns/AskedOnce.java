package dev.nameplate.dns;

import org.xbill.DNS.Name;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Asks each question once, for names that are looked at together: their climbs meet. Nothing is kept for a later look.
final class AskedOnce implements Authorities.Source {
    private record Question(Name name, int type) {}

    private final Authorities.Source source;
    private final Map<Question, FutureTask<Authorities>> asked = new ConcurrentHashMap<>();

    AskedOnce(Authorities.Source source) {
        this.source = source;
    }

    @Override
    public Authorities ask(Name name, int type, Looking looking) {
        var asking = new FutureTask<>(() -> source.ask(name, type, looking));
        FutureTask<Authorities> first = asked.putIfAbsent(new Question(name, type), asking);
        if (first == null) {
            asking.run();
            first = asking;
        }
        try {
            return first.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is stopping");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for " + name + " failed", e.getCause());
        }
    }
}
