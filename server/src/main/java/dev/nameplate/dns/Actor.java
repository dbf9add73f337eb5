package dev.nameplate.dns;

/// Whose turn it is.
public enum Actor {
    /// Whoever sets the records of the name, or has the domain registered.
    NAME_OWNER,
    /// Whoever runs the name servers of the name's zone.
    DNS_OPERATOR,
    /// Whoever runs this server.
    SERVER_OPERATOR,
    /// The certificate authority.
    ISSUER,
    /// Time will do: nobody has to act.
    NOBODY
}
