package dev.nameplate.certificate;

import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.pki.KeyAlgorithm;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is known of the issuers before anything is asked of one: their names, which record each counts on, and which are asked
/// where nobody says.
///
/// @param forms in the order in which they are shown
/// @param doors which are asked where nobody says, for those who came by a door that has its own
/// @param spare which are asked for a second certificate that is kept ready; none where none is wanted
/// @param keys what the operator wants for certificates whose requester named no key, by the issuer of first choice
public record IssuerRules(
        Map<IssuerName, ProofForm> forms,
        IssuerChoice standard,
        Map<Origin, IssuerChoice> doors,
        List<IssuerName> spare,
        Map<IssuerName, KeyAlgorithm> keys) {
    /// The tag by which whoever asks for a certificate chooses: names with spaces or commas between them.
    public static final String TAG = "nameplate:issuer";

    /// Our own authority alone.
    public static final IssuerRules EMBEDDED =
            new IssuerRules(
                    Map.of(IssuerName.EMBEDDED, ProofForm.ACM_RECORD),
                    IssuerChoice.EMBEDDED,
                    Map.of());

    public IssuerRules {
        forms = new LinkedHashMap<>(forms);
        doors = Map.copyOf(doors);
        spare = List.copyOf(spare);
        keys = Map.copyOf(keys);
    }

    /// Without spares, and without keys of issuers' own.
    public IssuerRules(
            Map<IssuerName, ProofForm> forms,
            IssuerChoice standard,
            Map<Origin, IssuerChoice> doors) {
        this(forms, standard, doors, List.of(), Map.of());
    }

    /// Where nobody says.
    public IssuerChoice standard(Origin origin) {
        return doors.getOrDefault(origin, standard);
    }

    /// The key of a certificate that is to come from these.
    KeyAlgorithm key(KeyChoice wanted, IssuerChoice choice) {
        return switch (wanted) {
            case KeyChoice.Named(KeyAlgorithm algorithm) -> algorithm;
            case KeyChoice.Unnamed(KeyAlgorithm otherwise) ->
                    keys.getOrDefault(choice.order().getFirst(), otherwise);
        };
    }

    /// What the tags of a request say of it.
    ///
    /// @throws UnknownIssuer if one is not configured
    public Optional<IssuerChoice> chosen(Map<String, String> tags) {
        return Optional.ofNullable(tags.get(TAG)).map(this::choice);
    }

    /// Names with spaces or commas between them, first choice first.
    ///
    /// @throws UnknownIssuer if one is not configured
    public IssuerChoice choice(String text) {
        return choice(
                Arrays.stream(text.split("[\\s,]+")).filter(each -> !each.isEmpty()).toList());
    }

    /// @throws UnknownIssuer if one is not configured
    public IssuerChoice choice(List<String> names) {
        refusal(names)
                .ifPresent(wrong -> {
                    throw new UnknownIssuer(wrong);
                });
        return new IssuerChoice(names.stream().map(IssuerName::new).toList(), 0);
    }

    /// What is wrong with these names, naming those there are.
    public Optional<String> refusal(List<String> names) {
        if (names.isEmpty()) {
            return Optional.of("No issuer is named. Configured are " + words() + ".");
        }
        for (String name : names) {
            if (forms.keySet().stream().noneMatch(each -> each.text().equals(name))) {
                return Optional.of(
                        "There is no issuer '" + name + "'. Configured are " + words() + ".");
            }
        }
        return names.stream().distinct().count() == names.size()
                ? Optional.empty()
                : Optional.of("An issuer is named twice in '" + String.join(" ", names) + "'.");
    }

    /// Which record proves a name to all of them, and to those of spares: an ACME authority looks in one place only, and ours there
    /// too.
    ProofForm form(IssuerChoice choice) {
        return Stream.concat(choice.order().stream(), spare.stream())
                        .anyMatch(each -> forms.get(each) == ProofForm.ACME_CHALLENGE)
                ? ProofForm.ACME_CHALLENGE
                : ProofForm.ACM_RECORD;
    }

    private String words() {
        return forms.keySet().stream().map(IssuerName::text).collect(Collectors.joining(", "));
    }

    /// Somebody asked for an issuer that is not there. The message names those that are.
    public static final class UnknownIssuer extends IllegalArgumentException {
        UnknownIssuer(String message) {
            super(message);
        }
    }
}
