package dev.nameplate.ondemand;

/// What is said of a name.
enum Permission {
    YES,
    NO,
    /// Nobody could be asked, which lets nobody in.
    UNKNOWN
}
