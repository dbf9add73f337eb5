package dev.nameplate.api.acm;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Write;
import dev.nameplate.tag.Tags;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.acm.model.Tag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Tags by ACM's rules. Lengths and characters are the model's, checked before a request gets here.
final class AcmTags {
    private static final int MAX_TAGS = 50;

    private final Tags tags;

    AcmTags(Tags tags) {
        this.tags = tags;
    }

    static Map<String, String> checked(List<Tag> given) {
        var checked = new LinkedHashMap<String, String>();
        for (Tag tag : given) {
            requireOwn(tag);
            if (checked.containsKey(tag.key())) {
                throw Refusal.invalidTag(
                        "The tag key '"
                                + tag.key()
                                + "' is given more than once. Give each key once.");
            }
            checked.put(tag.key(), tag.value() == null ? "" : tag.value());
        }
        requireRoom(checked.size());
        return checked;
    }

    void add(Write write, CertificateId certificate, Map<String, String> added) {
        if (added.isEmpty()) {
            return;
        }
        tags.put(write, key(certificate), added);
        requireRoom(tags.of(write.handle(), key(certificate)).size());
    }

    /// A tag given with a value goes only if it has that value.
    void remove(Write write, CertificateId certificate, List<Tag> given) {
        given.forEach(AcmTags::requireOwn);
        Map<String, String> present = tags.of(write.handle(), key(certificate));
        tags.remove(
                write,
                key(certificate),
                given.stream()
                        .filter(tag ->
                                tag.value() == null || tag.value().equals(present.get(tag.key())))
                        .map(Tag::key)
                        .toList());
    }

    void removeAll(Write write, CertificateId certificate) {
        tags.removeAll(write, key(certificate));
    }

    List<Tag> of(Handle handle, CertificateId certificate) {
        return tags.of(handle, key(certificate)).entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    private static void requireOwn(Tag tag) {
        if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
            throw Refusal.invalidTag(
                    "The tag key '" + tag.key() + "' starts with 'aws:', which is reserved.");
        }
    }

    private static void requireRoom(int count) {
        if (count > MAX_TAGS) {
            throw Refusal.tooManyTags(
                    "A certificate can have at most 50 tags; this request would make it "
                            + count
                            + ".");
        }
    }

    private static String key(CertificateId certificate) {
        return "certificate/" + certificate;
    }
}
