package dev.nameplate.certificate;

/// Through which door a certificate came, which decides where else it is shown.
public enum Origin {
    /// Asked for by a Lightsail name.
    LIGHTSAIL,
    /// Requested through ACM.
    ACM,
    /// Imported through ACM: made and renewed elsewhere.
    IMPORTED
}
