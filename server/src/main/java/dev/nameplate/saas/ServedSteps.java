package dev.nameplate.saas;

import java.time.Instant;

/// The steps that bring an entry what serves it, and take that away again.
interface ServedSteps {
    /// What would refuse the entry later refuses it now, when nothing is made yet.
    Progress validate(Entry entry, Instant now);

    /// Makes what can be made without a certificate.
    Progress make(Entry entry, Instant now);

    /// Has the names served with the certificate.
    Progress bind(Entry entry, Instant now);

    /// The first half of taking it away: visitors are turned away.
    Progress unserve(Entry entry, Instant now);

    /// CloudFront deletes what every edge knows to be disabled.
    Progress delete(Entry entry, Instant now);
}
