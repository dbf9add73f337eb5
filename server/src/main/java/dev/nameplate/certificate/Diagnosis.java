package dev.nameplate.certificate;

import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.dns.Trace;

import java.util.Optional;

/// Why a name is proven or not, as data: what was found, and what the owner's CAA records say. When it is looked at next stands
/// in [Proof#nextLook].
///
/// @param caa empty until the name is proven; only then is it asked for
public record Diagnosis(Finding finding, Optional<Caa> caa) {

    /// @param verdict `ALLOWED`, `FORBIDDEN` or `UNKNOWN`
    /// @param at the name whose records govern; empty where there are none
    /// @param records those, or why they could not be read
    public record Caa(String verdict, String at, String records) {
        static Caa of(CaaVerdict verdict) {
            return switch (verdict) {
                case CaaVerdict.Allowed(var at, var records) ->
                        new Caa("ALLOWED", at.map(Object::toString).orElse(""), records);
                case CaaVerdict.Forbidden(var at, var records) ->
                        new Caa("FORBIDDEN", at.ascii(), records);
                case CaaVerdict.Unknown(var message) -> new Caa("UNKNOWN", "", message);
            };
        }
    }

    static Diagnosis of(Finding finding) {
        return new Diagnosis(finding, Optional.empty());
    }

    public Actor actor() {
        return finding.cause().actor();
    }

    Diagnosis with(CaaVerdict verdict, Cause cause, String words, String remedy) {
        return new Diagnosis(
                new Finding(
                        cause, words, remedy, finding.seen(), finding.servers(), finding.trace()),
                Optional.of(Caa.of(verdict)));
    }

    Diagnosis with(CaaVerdict verdict) {
        return new Diagnosis(finding, Optional.of(Caa.of(verdict)));
    }

    /// The same way, another reason to wait.
    Diagnosis because(Cause cause, String words) {
        if (cause == finding.cause()) {
            return this;
        }
        Trace trace = finding.trace();
        return new Diagnosis(
                new Finding(cause, words, "", finding.seen(), finding.servers(), trace), caa);
    }
}
