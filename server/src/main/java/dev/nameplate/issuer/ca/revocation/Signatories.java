package dev.nameplate.issuer.ca.revocation;

import java.util.List;

/// The authorities that answer for what they signed: the one that signs now, and earlier ones as long as a certificate of theirs
/// is valid. One whose key is kept elsewhere is not among them.
@FunctionalInterface
public interface Signatories {
    List<Signatory> all();
}
