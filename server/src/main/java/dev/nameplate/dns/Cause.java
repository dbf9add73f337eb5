package dev.nameplate.dns;

/// Why a name is not proven, as far as it can be told from outside; and who can change it.
public enum Cause {
    /// It is proven.
    NONE(Actor.NOBODY),
    /// No name server is known for the name, nor for any name above it below the top-level one.
    NOT_DELEGATED(Actor.NAME_OWNER),
    /// The zone's servers answer, and have no such record.
    RECORD_MISSING(Actor.NAME_OWNER),
    /// Some of the zone's servers show the record, others not yet.
    NOT_PROPAGATED(Actor.NOBODY),
    /// The zone's name is in the record's name or value twice.
    ZONE_SUFFIX_DOUBLED(Actor.NAME_OWNER),
    /// The provider answers addresses of its own in place of the CNAME.
    PROXIED_CNAME(Actor.NAME_OWNER),
    /// The CNAME points elsewhere.
    WRONG_VALUE(Actor.NAME_OWNER),
    CNAME_CHAIN_TOO_LONG(Actor.NAME_OWNER),
    /// The record for our own authority stands; the one that an ACME authority looks for does not.
    CHALLENGE_RECORD_MISSING(Actor.NAME_OWNER),
    /// Where an ACME authority looks, something of somebody else's stands.
    CHALLENGE_NAME_TAKEN(Actor.NAME_OWNER),
    /// The delegation leads to servers that do not serve the zone.
    LAME_DELEGATION(Actor.NAME_OWNER),
    SERVFAIL(Actor.DNS_OPERATOR),
    TIMEOUT(Actor.DNS_OPERATOR),
    /// The answer does not stand the check of its DNSSEC signatures.
    DNSSEC_BOGUS(Actor.DNS_OPERATOR),
    /// The authoritative servers show the record here, and not to enough of the other vantage points.
    VANTAGE_POINTS_DISAGREE(Actor.NOBODY),
    /// The owner's CAA records do not permit this issuer.
    CAA_FORBIDS(Actor.NAME_OWNER),
    CAA_UNREADABLE(Actor.DNS_OPERATOR),
    /// For proof over HTTP: the name has no address, or nothing answers there.
    HTTP_UNREACHABLE(Actor.NAME_OWNER),
    /// For proof over HTTP: something else is answered.
    HTTP_WRONG_ANSWER(Actor.NAME_OWNER),
    /// None of this server's resolvers answers.
    RESOLVERS_SILENT(Actor.SERVER_OPERATOR),
    /// This server's resolvers answer, and do not know the root of the DNS: they are cut off, or resolve nothing for us.
    RESOLVERS_CUT_OFF(Actor.SERVER_OPERATOR),
    /// The look itself went wrong.
    LOOK_FAILED(Actor.SERVER_OPERATOR),
    /// Everything is proven; the issuer cannot sign now.
    ISSUER_UNAVAILABLE(Actor.ISSUER),
    /// Everything is proven; the issuer has the order and works on it.
    ISSUER_WORKING(Actor.ISSUER),
    /// The issuer waits for something that only the operator of this server can do.
    ISSUER_WANTS_OPERATOR(Actor.SERVER_OPERATOR),
    /// The issuer was not shown, or not permitted, what only the name's owner can show or permit.
    ISSUER_WANTS_OWNER(Actor.NAME_OWNER),
    /// The issuer is asked again, or another one, without anybody having to act.
    ISSUER_PAUSED(Actor.NOBODY);

    private final Actor actor;

    Cause(Actor actor) {
        this.actor = actor;
    }

    public Actor actor() {
        return actor;
    }
}
