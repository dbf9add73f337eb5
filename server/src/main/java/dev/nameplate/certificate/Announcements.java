package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.names.DomainName;

/// Has every edge ask again what it knows of a certificate's names.
record Announcements(ChangeFeed feed) {
    void changed(Write write, Certificate certificate) {
        feed.append(
                write,
                Change.Kind.CERTIFICATE,
                certificate.id().toString(),
                certificate.names().stream().map(DomainName::ascii).toList());
    }
}
