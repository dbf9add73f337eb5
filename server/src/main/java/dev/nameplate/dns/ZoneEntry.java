package dev.nameplate.dns;

/// One record of a hosted zone as its owner wrote it.
///
/// @param id Lightsail's form: a signed 32-bit integer as text
/// @param name fully qualified, lower case, no trailing dot; may start with `_` labels or `*.`
/// @param type A, AAAA, CNAME, MX, NS, SOA, SRV or TXT
/// @param target as written, without trailing dot
/// @param alias whether the target is one of our own names whose addresses are answered in its place
/// @param automatic whether we keep it for a certificate's proof and the owner has not taken it over
public record ZoneEntry(
        String id, String name, String type, String target, boolean alias, boolean automatic) {}
