package dev.nameplate.challenge;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What authorities are shown now. It is shown from the commit on, by every node, because nobody keeps it in memory: who needs it asks
/// by an indexed read.
///
/// Each row belongs to an order. Several orders may show something in one place: of texts all are shown, of files each under its
/// token, and of certificates the latest.
public final class Challenges {
    /// Authorities give an order a week at most; what is older belongs to an order that never came back.
    static final Duration LONGEST = Duration.ofDays(8);

    /// Base64url without padding (RFC 8555 §8.1).
    static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    /// RFC 8555 §8.1.
    static final Pattern KEY_AUTHORIZATION =
            Pattern.compile("[A-Za-z0-9_-]{1,256}\\.[A-Za-z0-9_-]{1,256}");

    private final InstantSource clock;

    public Challenges(InstantSource clock) {
        this.clock = clock;
    }

    /// Shows `challenge` until its owner hides it. The same again changes nothing but its age.
    ///
    /// @param owner names the order: what is shown under it is hidden together
    public void show(Write write, String owner, Challenge challenge) {
        switch (challenge) {
            case Challenge.Text(var target, var text) ->
                    insert(write, owner, "TEXT", target, "", text);
            case Challenge.Http(var host, var token, var authorization) ->
                    insert(write, owner, "HTTP", host.ascii(), token, authorization);
            case Challenge.Alpn(var host, var authorization) ->
                    insert(write, owner, "ALPN", host.ascii(), "", authorization);
        }
    }

    private void insert(
            Write write, String owner, String kind, String place, String token, String content) {
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO challenge (kind, place, token, content, owner, shown_at)
                        VALUES (:kind, :place, :token, :content, :owner, :now)
                        ON CONFLICT (kind, place, token, content, owner) DO UPDATE SET shown_at = excluded.shown_at
                        """)
                .bind("kind", kind)
                .bind("place", place)
                .bind("token", token)
                .bind("content", content)
                .bind("owner", owner)
                .bind("now", clock.millis())
                .execute();
    }

    /// Whatever `owner` has shown.
    public void hide(Write write, String owner) {
        write.handle()
                .createUpdate("DELETE FROM challenge WHERE owner = :owner")
                .bind("owner", owner)
                .execute();
    }

    /// The texts of the TXT records at `target`.
    ///
    /// @param target in any case, with or without the final dot
    public List<String> texts(Handle handle, String target) {
        return contents(handle, "TEXT", target, "").stream().distinct().sorted().toList();
    }

    /// The key authorization that `host` shows under `token`.
    ///
    /// @param token as a stranger sent it
    public Optional<String> http(Handle handle, String host, String token) {
        return TOKEN.matcher(token).matches()
                ? contents(handle, "HTTP", host, token).stream().findFirst()
                : Optional.empty();
    }

    /// The key authorization whose digest `host` shows in a handshake.
    public Optional<String> alpn(Handle handle, String host) {
        return contents(handle, "ALPN", host, "").stream().findFirst();
    }

    /// The latest first.
    private List<String> contents(Handle handle, String kind, String place, String token) {
        return handle.createQuery(
                        """
                        SELECT content FROM challenge
                        WHERE kind = :kind AND place = :place AND token = :token AND shown_at > :oldest
                        ORDER BY shown_at DESC, owner, content
                        """)
                .bind("kind", kind)
                .bind("place", place(place))
                .bind("token", token)
                .bind("oldest", oldest(clock.instant()).toEpochMilli())
                .mapTo(String.class)
                .list();
    }

    /// How places are kept and compared.
    static String place(String name) {
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return plain.toLowerCase(Locale.ROOT);
    }

    static Instant oldest(Instant now) {
        return now.minus(LONGEST);
    }
}
