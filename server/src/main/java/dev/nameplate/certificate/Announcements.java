package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.names.DomainName;

import java.util.List;

/// Has every edge ask again what it knows of a certificate's names.
record Announcements(ChangeFeed feed) {
    void changed(Write write, Certificate certificate) {
        changed(
                write,
                certificate.id().toString(),
                certificate.names().stream().map(DomainName::ascii).toList());
    }

    void changed(Write write, String id, List<String> names) {
        feed.append(write, Change.Kind.CERTIFICATE, id, names);
    }
}
