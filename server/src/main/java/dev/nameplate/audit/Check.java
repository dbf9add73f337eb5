package dev.nameplate.audit;

/// What must not be in a store that nobody is writing to, each with the query that finds it. A server at work passes through none
/// of these states either, except where a query leaves out what a job is about to make or to take away.
public enum Check {
    CERTIFICATE_OF_ENTRY_MISSING(
            "a job entry goes on with a certificate that is not there",
            """
            SELECT e.job_id || '/' || e.number || ' ' || e.certificate_arn FROM saas_entry e
            JOIN saas_job j ON j.job_id = e.job_id
            WHERE j.platform = 'LOCAL' AND e.certificate_arn IS NOT NULL
              AND e.state IN ('BIND', 'VERIFY')
              AND substr(e.certificate_arn, length(e.certificate_arn) - 35) NOT IN (SELECT id FROM certificate)
            """),

    DISTRIBUTION_OF_ENTRY_MISSING(
            "a job entry goes on with a distribution or tenant that is not there",
            """
            SELECT e.job_id || '/' || e.number || ' ' || e.distribution_id FROM saas_entry e
            JOIN saas_job j ON j.job_id = e.job_id
            WHERE j.platform = 'LOCAL' AND e.distribution_id IS NOT NULL
              AND e.state IN ('CERTIFICATE', 'PROOF', 'BIND', 'VERIFY')
              AND e.distribution_id NOT IN (SELECT id FROM distribution)
              AND e.distribution_id NOT IN (SELECT id FROM distribution_tenant)
            """),

    /// The second version of a clone is the one it was bound by: with a later one somebody else has changed it since.
    ENTRY_NOT_BOUND(
            "a served job entry's distribution, which nobody changed since, has another certificate",
            Sql.entryNotBound("distribution", 2)),

    ENTRY_WITHOUT_ALIAS(
            "a served job entry's distribution, which nobody changed since, lacks one of its names",
            """
            SELECT e.job_id || '/' || e.number || ' ' || e.names FROM saas_entry e
            JOIN saas_job j ON j.job_id = e.job_id JOIN distribution d ON d.id = e.distribution_id
            WHERE j.platform = 'LOCAL' AND e.state IN ('VERIFY', 'DONE') AND d.version <= 2
              AND (SELECT COUNT(*) FROM distribution_alias a WHERE a.distribution = d.id)
                <>\
            """
                    + Sql.words("e.names")),

    ENTRY_NEVER_DUE(
            "a job entry has not ended and is never looked at again",
            """
            SELECT e.job_id || '/' || e.number || ' at ' || e.state FROM saas_entry e
            JOIN saas_job j ON j.job_id = e.job_id
            WHERE e.due_at IS NULL AND j.standing = 'RUN'
              AND e.state NOT IN ('DONE', 'FAILED', 'CANCELLED', 'REMOVED')
            """),

    TURN_TOO_LATE(
            "a job's turn comes after its entries are due",
            """
            SELECT t.job_id || ' in shard ' || t.shard FROM saas_turn t
            JOIN saas_job j ON j.job_id = t.job_id
            JOIN (SELECT job_id, shard, MIN(due_at) AS due FROM saas_entry GROUP BY job_id, shard) e
              ON e.job_id = t.job_id AND e.shard = t.shard
            WHERE j.standing = 'RUN' AND e.due IS NOT NULL AND (t.due_at IS NULL OR t.due_at > e.due)
            """),

    ENTRY_WITHOUT_JOB(
            "an entry of no job",
            "SELECT job_id || '/' || number FROM saas_entry WHERE job_id NOT IN (SELECT job_id FROM saas_job)"),

    /// What an entry has tried to make, or is taking away, is its own still.
    CERTIFICATE_ORPHAN(
            "a certificate that a job made and no entry knows",
            """
            SELECT c.id || ' of ' || t.value FROM certificate c
            JOIN tag t ON t.resource = 'certificate/' || c.id AND t.key = 'job_token'
            WHERE t.value IN (SELECT job_id FROM saas_job)
              AND c.id NOT IN (SELECT substr(certificate_arn, length(certificate_arn) - 35) FROM saas_entry
                               WHERE certificate_arn IS NOT NULL)
              AND c.id NOT IN (SELECT certificate_id FROM certificate_use)
              AND NOT EXISTS (SELECT 1 FROM tag n JOIN saas_entry e
                                ON e.job_id = t.value AND CAST(e.number AS TEXT) = n.value
                              WHERE n.resource = t.resource AND n.key = 'job_entry' AND e.certificate_arn IS NULL
                                AND e.tried = 1 AND e.state NOT IN ('DONE', 'REMOVED'))
            """),

    DISTRIBUTION_ORPHAN(
            "a distribution that a job made and no entry knows",
            """
            SELECT d.id || ' as ' || d.caller_reference FROM distribution d
            WHERE d.caller_reference LIKE 'saas-%'
              AND substr(d.caller_reference, 6, 36) IN (SELECT job_id FROM saas_job)
              AND d.id NOT IN (SELECT distribution_id FROM saas_entry WHERE distribution_id IS NOT NULL)
              AND NOT EXISTS (SELECT 1 FROM saas_entry e
                              WHERE e.job_id = substr(d.caller_reference, 6, 36)
                                AND CAST(e.number AS TEXT) = substr(d.caller_reference, 43)
                                AND e.distribution_id IS NULL AND e.tried = 1
                                AND e.state NOT IN ('DONE', 'REMOVED'))
            """),

    /// Who takes a tenant away, or fails before it is recorded, finds it by its name.
    TENANT_ORPHAN(
            "a tenant that a job made and no entry knows",
            """
            SELECT t.id || ' of ' || j.value FROM distribution_tenant t
            JOIN tag j ON j.resource = 'distribution-tenant/' || t.id AND j.key = 'job_token'
            WHERE j.value IN (SELECT job_id FROM saas_job)
              AND t.id NOT IN (SELECT distribution_id FROM saas_entry WHERE distribution_id IS NOT NULL)
              AND NOT EXISTS (SELECT 1 FROM tag n JOIN saas_entry e
                                ON e.job_id = j.value AND CAST(e.number AS TEXT) = n.value
                              WHERE n.resource = j.resource AND n.key = 'job_entry' AND e.distribution_id IS NULL
                                AND e.certificate_arn IS NOT NULL AND e.state NOT IN ('DONE', 'REMOVED'))
            """),

    /// A tenant has its names and its certificate from the first: with a later version somebody has changed it since.
    TENANT_NOT_BOUND(
            "a served job entry's tenant, which nobody changed since, has another certificate",
            Sql.entryNotBound("distribution_tenant", 1)),

    IMPORT_KEY_LEFT(
            "a sent key rests where its entry is done with it",
            """
            SELECT i.job_id || '/' || i.number FROM saas_import i
            WHERE NOT EXISTS (SELECT 1 FROM saas_entry e WHERE e.job_id = i.job_id AND e.number = i.number
                                AND e.certificate_arn IS NULL
                                AND e.state IN ('VALIDATE', 'CLONE', 'CERTIFICATE'))
            """),

    IMPORT_KEY_MISSING(
            "an entry is to be imported and its key is gone",
            """
            SELECT e.job_id || '/' || e.number FROM saas_entry e
            JOIN saas_job j ON j.job_id = e.job_id
            WHERE j.operation = 'IMPORT' AND e.certificate_arn IS NULL AND e.shares_with IS NULL
              AND e.state IN ('VALIDATE', 'CLONE', 'CERTIFICATE')
              AND NOT EXISTS (SELECT 1 FROM saas_import i WHERE i.job_id = e.job_id AND i.number = e.number)
            """),

    KEY_MISSING(
            "an issued certificate without a key",
            """
            SELECT id FROM certificate
            WHERE state = 'ISSUED' AND id NOT IN (SELECT certificate_id FROM certificate_material)
            """),

    KEY_ORPHAN(
            "a key of no certificate",
            """
            SELECT certificate_id FROM certificate_material WHERE certificate_id NOT IN (SELECT id FROM certificate)
            UNION SELECT certificate_id FROM certificate_candidate WHERE certificate_id NOT IN (SELECT id FROM certificate)
            """),

    SPARE_WRONG(
            "a spare of no certificate, or one that is ready and has no key",
            """
            SELECT certificate_id FROM certificate_spare
            WHERE certificate_id NOT IN (SELECT id FROM certificate)
               OR (serial IS NOT NULL AND (sealed_key IS NULL OR chain IS NULL))
            """),

    /// Found by opening each, not by a query.
    KEY_WRONG("a key that does not open, or is not that of its certificate", ""),

    NAMES_MISSING(
            "a certificate without names",
            "SELECT id FROM certificate WHERE id NOT IN (SELECT certificate_id FROM certificate_name)"),

    NAMES_ORPHAN(
            "names of no certificate",
            Sql.orphan(
                    "DISTINCT certificate_id",
                    "certificate_name",
                    "certificate_id",
                    "certificate")),

    CERTIFICATE_OF_DISTRIBUTION_MISSING(
            "a distribution with a certificate that is not there",
            Sql.certificateMissing("distribution")),

    USE_MISSING(
            "a distribution uses a certificate that does not know",
            Sql.useMissing("distribution", "distribution/")),

    USE_ORPHAN(
            "a certificate counts as used by a distribution that does not use it",
            Sql.useOrphan("distribution", "distribution/")),

    VERSION_MISSING(
            "a distribution without its current configuration",
            """
            SELECT d.id FROM distribution d
            WHERE NOT EXISTS (SELECT 1 FROM distribution_version v
                              WHERE v.distribution = d.id AND v.number = d.version)
            """),

    VERSION_ORPHAN(
            "configurations of no distribution",
            Sql.orphan(
                    "DISTINCT distribution",
                    "distribution_version",
                    "distribution",
                    "distribution")),

    ALIAS_ORPHAN(
            "an alias of no distribution",
            Sql.orphan(
                    "alias || ' of ' || distribution",
                    "distribution_alias",
                    "distribution",
                    "distribution")),

    TENANT_OF_NOTHING(
            "a tenant whose distribution or connection group is not there",
            """
            SELECT id || ' of ' || template || ' through ' || connection_group FROM distribution_tenant
            WHERE template NOT IN (SELECT id FROM distribution)
               OR connection_group NOT IN (SELECT id FROM connection_group)
            """),

    CERTIFICATE_OF_TENANT_MISSING(
            "a tenant with a certificate that is not there",
            Sql.certificateMissing("distribution_tenant")),

    TENANT_USE_MISSING(
            "a tenant uses a certificate that does not know",
            Sql.useMissing("distribution_tenant", "distribution-tenant/")),

    TENANT_USE_ORPHAN(
            "a certificate counts as used by a tenant that does not use it",
            Sql.useOrphan("distribution_tenant", "distribution-tenant/")),

    /// Counted at once: all tenants of a distribution share it, so that a count for each would read them all each time.
    TENANT_DOMAIN_MISSING(
            "a tenant has a domain that does not lead to it",
            """
            SELECT t.id FROM distribution_tenant t
            LEFT JOIN (SELECT tenant, distribution, COUNT(*) AS aliases FROM distribution_alias
                       WHERE tenant IS NOT NULL GROUP BY tenant, distribution) a
              ON a.tenant = t.id AND a.distribution = t.template
            WHERE COALESCE(a.aliases, 0)
                <> CASE WHEN t.domains = '' THEN 0
                        ELSE length(t.domains) - length(replace(t.domains, '\n', '')) + 1 END
            """),

    ALIAS_OF_TENANT_ORPHAN(
            "a domain of no tenant",
            """
            SELECT alias || ' of ' || tenant FROM distribution_alias
            WHERE tenant IS NOT NULL AND tenant NOT IN (SELECT id FROM distribution_tenant)
            """),

    TENANT_TAG_ORPHAN(
            "tags of no tenant",
            """
            SELECT DISTINCT resource FROM tag
            WHERE resource LIKE 'distribution-tenant/%'
              AND substr(resource, 21) NOT IN (SELECT id FROM distribution_tenant)
            """),

    DOMAIN_WITHOUT_JOB(
            "a domain that no job carries out",
            """
            SELECT d.id FROM domain d
            WHERE NOT EXISTS (SELECT 1 FROM saas_entry e JOIN saas_job j ON j.job_id = e.job_id
                              WHERE e.job_id = d.job_id AND e.number = 0 AND j.account = d.account)
            """),

    DOMAIN_NAMES_WRONG(
            "a domain has other names than its job",
            """
            SELECT d.id FROM domain d JOIN saas_entry e ON e.job_id = d.job_id AND e.number = 0
            WHERE (SELECT COUNT(*) FROM domain_name n WHERE n.domain_id = d.id AND n.account = d.account
                     AND ' ' || e.names || ' ' LIKE '% ' || n.name || ' %')
                <>\
            """
                    + Sql.words("e.names")),

    DOMAIN_NAME_ORPHAN(
            "a name of no domain",
            Sql.orphan("name || ' of ' || domain_id", "domain_name", "domain_id", "domain")),

    /// Its account may have taken that away by CloudFront's own calls; the domain says so to nobody.
    DOMAIN_NOT_SERVED(
            "a domain counts as served, and its certificate, or its distribution or tenant, is not there",
            """
            SELECT d.id || ' by ' || COALESCE(e.distribution_id, 'nothing') FROM domain d
            JOIN saas_entry e ON e.job_id = d.job_id AND e.number = 0
            WHERE e.state = 'DONE' AND d.removing_at IS NULL
              AND EXISTS (SELECT 1 FROM domain_name n WHERE n.domain_id = d.id AND n.lost_at IS NULL)
              AND (e.distribution_id IS NULL OR e.certificate_arn IS NULL
                   OR e.distribution_id NOT IN (SELECT id FROM distribution UNION ALL SELECT id FROM distribution_tenant)
                   OR substr(e.certificate_arn, length(e.certificate_arn) - 35) NOT IN (SELECT id FROM certificate))
            """),

    DOMAIN_REMOVAL_STOPPED(
            "a domain is being off-boarded, and nobody takes it away",
            """
            SELECT d.id FROM domain d JOIN saas_job j ON j.job_id = d.job_id
            WHERE d.removing_at IS NOT NULL AND (d.due_at IS NULL OR j.standing <> 'REMOVE_ALL')
            """),

    TAKE_OVER_ORPHAN(
            "a take-over for a domain that is gone, or that has no such name",
            """
            SELECT t.name || ' for ' || t.domain_id FROM domain_take_over t
            WHERE NOT EXISTS (SELECT 1 FROM domain d JOIN domain_name n ON n.domain_id = d.id
                              WHERE d.id = t.domain_id AND n.name = t.name AND d.job_id = t.job_id)
            """),

    TAKE_OVER_NEVER_DUE(
            "a take-over waits for its record, and nobody looks",
            "SELECT name || ' for ' || domain_id FROM domain_take_over WHERE state = 'WAITING' AND due_at IS NULL"),

    ANCESTOR_ORPHAN(
            "an alias is guarded that nobody has",
            """
            SELECT DISTINCT alias FROM distribution_alias_ancestor
            WHERE alias NOT IN (SELECT alias FROM distribution_alias)
            """),

    TAG_ORPHAN(
            "tags of nothing",
            """
            SELECT DISTINCT resource FROM tag
            WHERE (resource LIKE 'certificate/%' AND substr(resource, 13) NOT IN (SELECT id FROM certificate))
               OR (resource LIKE 'distribution/%' AND substr(resource, 14) NOT IN (SELECT id FROM distribution))
            """),

    REQUIRED_RECORD_ORPHAN(
            "a DNS record is required by no certificate",
            Sql.orphan(
                    "DISTINCT name || ' for ' || certificate",
                    "dns_required",
                    "certificate",
                    "certificate")),

    RECORD_ORPHAN(
            "a DNS record was written by this server, and nothing requires it",
            """
            SELECT DISTINCT e.name || ' in ' || z.name FROM dns_entry e JOIN dns_zone z ON z.id = e.zone
            WHERE e.automatic = 1
              AND NOT EXISTS (SELECT 1 FROM dns_required r WHERE r.account = z.account AND r.name = e.name)
            """),

    RECORD_MISSING(
            "a hosted zone lacks a record that a certificate requires",
            """
            SELECT DISTINCT r.name || ' for ' || r.certificate FROM dns_required r
            WHERE r.name NOT IN (SELECT name FROM dns_entry)
              AND EXISTS (SELECT 1 FROM dns_zone z WHERE z.account = r.account AND r.name LIKE '%.' || z.name)
            """),

    NEVER_DEPLOYED(
            "a distribution that no edge was told of",
            """
            SELECT d.id FROM distribution d
            WHERE d.status = 'IN_PROGRESS'
              AND d.id NOT IN (SELECT key FROM change_feed WHERE kind = 'DISTRIBUTION')
            """),

    ACME_CERTIFICATE_UNRECORDED(
            "a certificate of an ACME order that was never recorded before it was signed",
            "SELECT serial FROM enrolment_certificate WHERE serial NOT IN (SELECT serial FROM issuance)"),

    ACME_CERTIFICATE_MISSING(
            "a valid ACME order without its certificate, or the other way around",
            """
            SELECT o.id FROM enrolment_order o
            WHERE o.status = 'VALID' AND NOT EXISTS
                (SELECT 1 FROM enrolment_certificate c WHERE c.id = o.certificate_id AND c.order_id = o.id)
            UNION ALL
            SELECT c.order_id FROM enrolment_certificate c
            WHERE NOT EXISTS (SELECT 1 FROM enrolment_order o WHERE o.id = c.order_id AND o.status = 'VALID')
            """),

    ACME_STEP_NEVER_DUE(
            "an ACME order or challenge is being worked on, and never looked at again",
            """
            SELECT id FROM enrolment_order WHERE status = 'PROCESSING' AND next_due IS NULL
            UNION ALL
            SELECT id FROM enrolment_challenge WHERE status = 'PROCESSING' AND next_due IS NULL
            """),

    ACME_AUTHORIZATION_MISSING(
            "an ACME order lacks an authorization of one of its names",
            """
            SELECT o.id FROM enrolment_order o
            WHERE (SELECT COUNT(*) FROM enrolment_order_authorization l
                       JOIN enrolment_authorization a ON a.id = l.authorization_id WHERE l.order_id = o.id)
                <>\
            """
                    + Sql.words("o.names")),

    ACME_ROW_ORPHAN(
            "an ACME order, authorization, challenge or link that belongs to nothing",
            """
            SELECT 'order ' || id FROM enrolment_order WHERE account_id NOT IN (SELECT id FROM enrolment_account)
            UNION ALL
            SELECT 'authorization ' || id FROM enrolment_authorization
            WHERE account_id NOT IN (SELECT id FROM enrolment_account)
            UNION ALL
            SELECT 'challenge ' || id FROM enrolment_challenge
            WHERE authorization_id NOT IN (SELECT id FROM enrolment_authorization)
            UNION ALL
            SELECT 'link of order ' || order_id FROM enrolment_order_authorization
            WHERE order_id NOT IN (SELECT id FROM enrolment_order)
            """),

    ACME_ACCOUNT_UNBOUND(
            "an ACME account is good under a credential that is gone",
            """
            SELECT id || ' under ' || credential_id FROM enrolment_account
            WHERE status = 'VALID' AND credential_id IS NOT NULL
              AND credential_id NOT IN (SELECT id FROM enrolment_credential)
            """),

    ISSUER_ANSWER_ORPHAN(
            "what an issuer said of a certificate that is gone",
            Sql.orphan(
                    "certificate_id || ' from ' || issuer",
                    "certificate_answer",
                    "certificate_id",
                    "certificate")),

    /// One that was just placed may be found to be of no use by whoever placed it.
    ORDER_ORPHAN(
            "an order at an ACME authority, with its key, for a certificate that is gone",
            """
            SELECT certificate_id || ' ' || slot || ' at ' || issuer FROM acme_order
            WHERE state <> 'NEW' AND certificate_id NOT IN (SELECT id FROM certificate)
            """),

    CHALLENGE_ORPHAN(
            "an authority is shown something for an order that is decided or gone",
            Sql.ofNoOpenOrder("DISTINCT kind || ' at ' || place || ' for ' || owner", "challenge")),

    BUDGET_HELD(
            "an issuer's limit is held for an order that is decided or gone",
            Sql.ofNoOpenOrder("issuer || ' for ' || owner", "rate_reservation"));

    private final String sentence;
    private final String query;

    Check(String sentence, String query) {
        this.sentence = sentence;
        this.query = query;
    }

    public String sentence() {
        return sentence;
    }

    /// Its rows, one text each, are what is at fault.
    String query() {
        return query;
    }

    /// What several queries have in common.
    private static final class Sql {
        private Sql() {}

        /// Rows whose parent is not there.
        static String orphan(String shown, String table, String reference, String parent) {
            return "SELECT %s FROM %s WHERE %s NOT IN (SELECT id FROM %s)"
                    .formatted(shown, table, reference, parent);
        }

        /// How many words a text has, with a blank between two.
        static String words(String column) {
            return " length(%1$s) - length(replace(%1$s, ' ', '')) + 1".formatted(column);
        }

        /// @param server the table of what serves entries
        /// @param version the last that a job made
        static String entryNotBound(String server, int version) {
            return """
            SELECT e.job_id || '/' || e.number || ' ' || s.id FROM saas_entry e
            JOIN saas_job j ON j.job_id = e.job_id JOIN %s s ON s.id = e.distribution_id
            WHERE j.platform = 'LOCAL' AND e.state IN ('VERIFY', 'DONE') AND s.version <= %d
              AND (s.certificate IS NULL
                   OR s.certificate <> substr(e.certificate_arn, length(e.certificate_arn) - 35))
            """
                    .formatted(server, version);
        }

        /// @param server the table of what serves with a certificate
        static String certificateMissing(String server) {
            return """
            SELECT id || ' with ' || certificate FROM %s
            WHERE certificate IS NOT NULL AND certificate NOT IN (SELECT id FROM certificate)
            """
                    .formatted(server);
        }

        /// @param resource how a certificate's uses name such a server, before its id
        static String useMissing(String server, String resource) {
            return """
            SELECT s.id || ' of ' || s.certificate FROM %s s
            WHERE s.certificate IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM certificate_use u WHERE u.certificate_id = s.certificate
                                AND u.resource = '%s' || s.id)
            """
                    .formatted(server, resource);
        }

        static String useOrphan(String server, String resource) {
            return """
            SELECT u.certificate_id || ' by ' || u.resource FROM certificate_use u
            WHERE u.resource LIKE '%2$s%%'
              AND NOT EXISTS (SELECT 1 FROM %1$s s WHERE s.id = substr(u.resource, %3$d)
                                AND s.certificate = u.certificate_id)
            """
                    .formatted(server, resource, resource.length() + 1);
        }

        /// What is kept for ACME orders, of which none is open.
        static String ofNoOpenOrder(String shown, String table) {
            return """
            SELECT %s FROM %s
            WHERE owner LIKE 'acme/%%'
              AND owner NOT IN (SELECT 'acme/' || certificate_id || CASE WHEN slot = 'SPARE' THEN '/spare' ELSE '' END
                                FROM acme_order WHERE state NOT IN ('VALID', 'FAILED'))
            """
                    .formatted(shown, table);
        }
    }
}
