package dev.nameplate.api.acm;

import dev.nameplate.certificate.Condition;
import dev.nameplate.pki.KeyUses;

import software.amazon.awssdk.services.acm.model.ExtendedKeyUsage;
import software.amazon.awssdk.services.acm.model.ExtendedKeyUsageName;
import software.amazon.awssdk.services.acm.model.KeyUsageName;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// ACM's words for what a key may be used for.
final class UseWords {
    /// In the order of the bits of RFC 5280 section 4.2.1.3.
    private static final List<KeyUsageName> BITS =
            List.of(
                    KeyUsageName.DIGITAL_SIGNATURE,
                    KeyUsageName.NON_REPUDIATION,
                    KeyUsageName.KEY_ENCIPHERMENT,
                    KeyUsageName.DATA_ENCIPHERMENT,
                    KeyUsageName.KEY_AGREEMENT,
                    KeyUsageName.CERTIFICATE_SIGNING,
                    KeyUsageName.CRL_SIGNING,
                    KeyUsageName.ENCIPHER_ONLY,
                    KeyUsageName.DECIPHER_ONLY);

    private static final Map<String, ExtendedKeyUsageName> NAMES =
            Map.ofEntries(
                    Map.entry(
                            "1.3.6.1.5.5.7.3.1",
                            ExtendedKeyUsageName.TLS_WEB_SERVER_AUTHENTICATION),
                    Map.entry(
                            "1.3.6.1.5.5.7.3.2",
                            ExtendedKeyUsageName.TLS_WEB_CLIENT_AUTHENTICATION),
                    Map.entry("1.3.6.1.5.5.7.3.3", ExtendedKeyUsageName.CODE_SIGNING),
                    Map.entry("1.3.6.1.5.5.7.3.4", ExtendedKeyUsageName.EMAIL_PROTECTION),
                    Map.entry("1.3.6.1.5.5.7.3.5", ExtendedKeyUsageName.IPSEC_END_SYSTEM),
                    Map.entry("1.3.6.1.5.5.7.3.6", ExtendedKeyUsageName.IPSEC_TUNNEL),
                    Map.entry("1.3.6.1.5.5.7.3.7", ExtendedKeyUsageName.IPSEC_USER),
                    Map.entry("1.3.6.1.5.5.7.3.8", ExtendedKeyUsageName.TIME_STAMPING),
                    Map.entry("1.3.6.1.5.5.7.3.9", ExtendedKeyUsageName.OCSP_SIGNING),
                    Map.entry("2.5.29.37.0", ExtendedKeyUsageName.ANY));

    private UseWords() {}

    static List<KeyUsageName> usages(KeyUses uses) {
        return IntStream.range(0, BITS.size()).filter(uses::has).mapToObj(BITS::get).toList();
    }

    static List<ExtendedKeyUsage> extended(KeyUses uses) {
        return uses.extended().stream()
                .map(oid -> ExtendedKeyUsage.builder().name(name(oid)).oid(oid).build())
                .toList();
    }

    static List<ExtendedKeyUsageName> extendedNames(KeyUses uses) {
        return uses.extended().stream().map(UseWords::name).toList();
    }

    /// A certificate that says nothing of its key's use has none of the words, `ANY` and `CUSTOM` included.
    static Condition used(String word) {
        int bit = BITS.indexOf(KeyUsageName.fromValue(word));
        return bit < 0 ? new Condition.Any(List.of()) : new Condition.KeyUse(bit);
    }

    static Condition extendedUsed(String word) {
        return switch (word) {
            case "NONE" -> new Condition.NoExtendedUse();
            case "CUSTOM" -> new Condition.ExtendedUseBesides(NAMES.keySet());
            default ->
                    NAMES.entrySet().stream()
                            .filter(name -> name.getValue().toString().equals(word))
                            .findFirst()
                            .<Condition>map(name -> new Condition.ExtendedUse(name.getKey()))
                            .orElse(new Condition.Any(List.of()));
        };
    }

    private static ExtendedKeyUsageName name(String oid) {
        return NAMES.getOrDefault(oid, ExtendedKeyUsageName.CUSTOM);
    }
}
