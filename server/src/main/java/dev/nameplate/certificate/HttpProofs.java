package dev.nameplate.certificate;

import dev.nameplate.dns.HttpRecord;

import org.jdbi.v3.core.Handle;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// What proves names over HTTP, for whoever shows it: the edge under the names themselves, our public listener under
/// `validation.<suffix>`.
public final class HttpProofs {
    private HttpProofs() {}

    /// The paths under which `host` must show a proof, in certificates that are waited for or will be renewed.
    public static List<String> paths(Handle handle, String host) {
        return handle.createQuery(
                        """
                        SELECT DISTINCT n.http_from FROM certificate_name n JOIN certificate c ON c.id = n.certificate_id
                        WHERE n.name = :host AND n.http_from IS NOT NULL AND c.state IN ('PENDING', 'ISSUED')
                        ORDER BY n.http_from LIMIT 20
                        """)
                .bind("host", host)
                .map((rs, _) -> URI.create(rs.getString(1)).getPath())
                .list();
    }

    /// What stands under a URL that is one end of a proof.
    public static Optional<String> content(Handle handle, String url) {
        return handle.createQuery(
                        """
                        SELECT http_from, http_to FROM certificate_name
                        WHERE http_from = :url OR http_to = :url LIMIT 1
                        """)
                .bind("url", url)
                .map((rs, _) ->
                        new HttpRecord(URI.create(rs.getString(1)), URI.create(rs.getString(2)))
                                .content())
                .findOne();
    }
}
