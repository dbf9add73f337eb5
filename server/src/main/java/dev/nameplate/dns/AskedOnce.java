package dev.nameplate.dns;

import org.xbill.DNS.Name;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Asks each question once, for names that are looked at together: their climbs meet. Nothing is kept for a later look.
final class AskedOnce implements AuthoritativeAnswer.Source {
    private record Question(Name name, int type) {}

    private final AuthoritativeAnswer.Source source;
    private final Map<Question, FutureTask<AuthoritativeAnswer>> asked = new ConcurrentHashMap<>();

    AskedOnce(AuthoritativeAnswer.Source source) {
        this.source = source;
    }

    @Override
    public AuthoritativeAnswer ask(Name name, int type, Looking looking) {
        var asking = new FutureTask<>(() -> source.ask(name, type, looking));
        FutureTask<AuthoritativeAnswer> first = asked.putIfAbsent(new Question(name, type), asking);
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
