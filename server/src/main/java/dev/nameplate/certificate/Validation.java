package dev.nameplate.certificate;

/// How the names of a request are proven.
public enum Validation {
    /// By a standing CNAME for each name.
    DNS,
    /// By a file that the name's web server, which is our edge, must show.
    HTTP
}
