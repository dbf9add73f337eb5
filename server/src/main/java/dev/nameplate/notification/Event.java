package dev.nameplate.notification;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/// Something that happened to what an account owns. What is in `data` leaves this server: no key and no secret may be in it.
///
/// @param id follows from what happened: whoever records the same again records nothing, and a receiver knows a repeat by it
/// @param subject what it happened to, as its API names it: an ARN, `jobs/<id>/entries/<number>`, a name
public record Event(
        String id, AccountId account, EventType type, String subject, Instant at, ObjectNode data) {
    /// Enough that no two ever meet.
    private static final int ID_BYTES = 16;

    private static final int LONGEST_SUBJECT = 2048;

    public Event {
        if (subject.isBlank() || subject.length() > LONGEST_SUBJECT) {
            throw new IllegalArgumentException("a subject has 1 to 2048 characters");
        }
    }

    /// @param occurrence tells this happening from others of its type to the same subject, such as the time of a state's change
    ///     as it is stored; what is recorded twice under one occurrence happened once
    public static Event of(
            AccountId account,
            EventType type,
            String subject,
            String occurrence,
            Instant at,
            ObjectNode data) {
        return new Event(id(account, type, subject, occurrence), account, type, subject, at, data);
    }

    /// What [#of] gives such an event.
    public static String id(AccountId account, EventType type, String subject, String occurrence) {
        String happening = String.join("\n", account.value(), type.word(), subject, occurrence);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(happening.getBytes(StandardCharsets.UTF_8));
            return "msg_" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
