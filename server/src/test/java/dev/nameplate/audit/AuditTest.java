package dev.nameplate.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.domain.Domains;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.SaasWork;
import dev.nameplate.saas.Template;
import dev.nameplate.saas.Templates;
import dev.nameplate.saas.Tenancy;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.Caller;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// An audit over a store in which jobs have made all there is, unhurt and with every kind of damage.
class AuditTest {
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);

    /// Ends the transaction that a damage is done in.
    private static final class Undone extends RuntimeException {}

    private static final class Scene {
        final TestFeatures features;
        final ManualJobs engine;
        final SaasJobs jobs;
        final Audit audit;
        final JobId bring;
        final JobId waiting;

        Scene(Database database) {
            features = new TestFeatures(database);
            Caller caller = TestFeatures.caller("us-east-1");
            AcmClient acm =
                    new Acm(
                                    database,
                                    features.certificates,
                                    features.tags,
                                    new AcmSettings(10, Optional.empty(), KeyAlgorithm.EC_P256),
                                    features.clock,
                                    features.random)
                            .as(caller);
            CloudFrontClient cloudFront = features.cloudFront().as(caller);
            Platform platform =
                    new Platform(
                            new Platform.Rules(
                                    new Templates(_ -> cloudFront, (_, _) -> Optional.empty()),
                                    (_, _) -> Map.of(),
                                    Quota.NONE),
                            new Platform.Services(_ -> acm, _ -> cloudFront),
                            (_, host) -> features.servedSerial(host),
                            Duration.ofMinutes(15));
            engine =
                    new ManualJobs(
                            features.clock,
                            new SaasWork(
                                    database,
                                    features.vault,
                                    Map.of(Platform.Name.LOCAL, platform),
                                    features.clock,
                                    SaasWork.Settings.DEFAULT));
            jobs =
                    new SaasJobs(
                            database, features.vault, features.clock, new SecureRandom(), engine);
            audit = new Audit(database, features.vault, features.random, Certificates.SEALED);
            database.write(write ->
                    features.zones.create(write, ACCOUNT, DomainName.parse("made.example")));
            Template template = new Template(template(cloudFront), Optional.empty());
            bring = bring(template, "one.example.com", "two.example.com");
            create(template, "a.made.example");
            run(Duration.ofMinutes(1));
            features.settleCertificates();
            run(Duration.ofHours(1));
            shop(database, cloudFront);
            waiting = create(template, "waits.example.org");
            run(Duration.ofSeconds(10));
        }

        /// A domain that a tenant serves.
        private void shop(Database database, CloudFrontClient cloudFront) {
            String shops =
                    cloudFront
                            .createDistribution(request ->
                                    request.distributionConfig(
                                            TemplateConfig.of("shops", "").toBuilder()
                                                    .connectionMode(ConnectionMode.TENANT_ONLY)
                                                    .build()))
                            .distribution()
                            .id();
            new Domains(
                            database,
                            jobs,
                            (_, _) -> Map.of(),
                            (_, _) -> {},
                            features.clock,
                            new SecureRandom(),
                            engine)
                    .onboard(
                            ACCOUNT,
                            new JobRequest(
                                    Operation.CREATE,
                                    true,
                                    "{}",
                                    List.of(
                                            new JobRequest.Entry(
                                                    List.of(DomainName.parse("shop.made.example")),
                                                    new CertificateSource.Request(),
                                                    Optional.of(
                                                            Template.tenant(
                                                                    shops,
                                                                    new Tenancy(
                                                                            Optional.empty(),
                                                                            Optional.empty(),
                                                                            Map.of())))))),
                            Optional.empty());
            run(Duration.ofMinutes(1));
            features.settleCertificates();
            run(Duration.ofHours(1));
        }

        private JobId bring(Template template, String... names) {
            TestCa ca = features.trustedCa();
            List<JobRequest.Entry> entries = new ArrayList<>();
            for (String name : names) {
                TestCa.Issued issued = ca.issue(name);
                entries.add(
                        new JobRequest.Entry(
                                List.of(DomainName.parse(name)),
                                new CertificateSource.Pem(
                                        issued.certificatePem(),
                                        issued.privateKeyPem(),
                                        issued.chainPem()),
                                Optional.of(template)));
            }
            return jobs.create(ACCOUNT, new JobRequest(Operation.IMPORT, true, "{}", entries));
        }

        private JobId create(Template template, String name) {
            return jobs.create(
                    ACCOUNT,
                    new JobRequest(
                            Operation.CREATE,
                            true,
                            "{}",
                            List.of(
                                    new JobRequest.Entry(
                                            List.of(DomainName.parse(name)),
                                            new CertificateSource.Request(),
                                            Optional.of(template)))));
        }

        private void run(Duration span) {
            Instant end = features.clock.instant().plus(span);
            engine.tick();
            while (engine.nextDue().filter(at -> !at.isAfter(end)).isPresent()) {
                features.clock.set(engine.nextDue().get());
                engine.tick();
            }
        }

        private static String template(CloudFrontClient cloudFront) {
            return cloudFront
                    .createDistribution(request ->
                            request.distributionConfig(TemplateConfig.of("template", "")))
                    .distribution()
                    .id();
        }

        /// What is found once this is done to the store; nothing of it stays.
        List<Finding> after(String... damage) {
            List<Finding> found = new ArrayList<>();
            assertThatThrownBy(() ->
                            features.database.write(write -> {
                                for (String sql : damage) {
                                    assertThat(execute(write.handle(), sql)).as(sql).isPositive();
                                }
                                found.clear();
                                found.addAll(audit.of(write.handle()).findings());
                                throw new Undone();
                            }))
                    .isInstanceOf(Undone.class);
            return found;
        }

        private int execute(Handle handle, String sql) {
            String text =
                    sql.replace("$bring", "'" + bring + "'")
                            .replace("$waiting", "'" + waiting + "'")
                            .replace("$tenant", "(SELECT id FROM distribution_tenant)")
                            .replace(
                                    "$one",
                                    "(SELECT distribution_id FROM saas_entry WHERE job_id = '"
                                            + bring
                                            + "' AND number = 0)")
                            .replace(
                                    "$two",
                                    "(SELECT distribution_id FROM saas_entry WHERE job_id = '"
                                            + bring
                                            + "' AND number = 1)")
                            .replace(
                                    "$cert",
                                    "(SELECT substr(certificate_arn, length(certificate_arn) - 35) FROM saas_entry WHERE job_id = '"
                                            + bring
                                            + "' AND number = 0)")
                            .replace(
                                    "$other",
                                    "(SELECT substr(certificate_arn, length(certificate_arn) - 35) FROM saas_entry WHERE job_id = '"
                                            + bring
                                            + "' AND number = 1)");
            return handle.createUpdate(text).execute();
        }
    }

    /// Each check with what must make it speak.
    private static String[] damage(Check check) {
        return switch (check) {
            case CERTIFICATE_OF_ENTRY_MISSING ->
                    new String[] {
                        "UPDATE saas_entry SET state = 'BIND', due_at = 1 WHERE job_id = $bring AND number = 0",
                        "DELETE FROM certificate WHERE id = $cert"
                    };
            case DISTRIBUTION_OF_ENTRY_MISSING ->
                    new String[] {
                        "DELETE FROM distribution WHERE id = (SELECT distribution_id FROM saas_entry WHERE job_id = $waiting)"
                    };
            case ENTRY_NOT_BOUND ->
                    new String[] {"UPDATE distribution SET certificate = $other WHERE id = $one"};
            case ENTRY_WITHOUT_ALIAS ->
                    new String[] {"DELETE FROM distribution_alias WHERE distribution = $one"};
            case ENTRY_NEVER_DUE ->
                    new String[] {"UPDATE saas_entry SET due_at = NULL WHERE job_id = $waiting"};
            case TURN_TOO_LATE ->
                    new String[] {
                        "UPDATE saas_turn SET due_at = NULL WHERE job_id = $waiting AND due_at IS NOT NULL"
                    };
            case ENTRY_WITHOUT_JOB -> new String[] {"DELETE FROM saas_job WHERE job_id = $waiting"};
            case CERTIFICATE_ORPHAN ->
                    new String[] {
                        "DELETE FROM certificate_use WHERE certificate_id = $cert",
                        "UPDATE saas_entry SET certificate_arn = NULL WHERE job_id = $bring AND number = 0"
                    };
            case DISTRIBUTION_ORPHAN ->
                    new String[] {
                        "UPDATE saas_entry SET distribution_id = NULL WHERE job_id = $bring AND number = 0"
                    };
            case IMPORT_KEY_LEFT ->
                    new String[] {
                        """
                        INSERT INTO saas_import (job_id, number, certificate, chain, sealed_key)
                        SELECT $bring, 0, chain, chain, sealed_key FROM certificate_material WHERE certificate_id = $cert
                        """
                    };
            case IMPORT_KEY_MISSING ->
                    new String[] {
                        """
                        UPDATE saas_entry SET state = 'CERTIFICATE', certificate_arn = NULL, due_at = 1, tried = 1
                        WHERE job_id = $bring AND number = 0
                        """
                    };
            case KEY_MISSING ->
                    new String[] {"DELETE FROM certificate_material WHERE certificate_id = $cert"};
            case KEY_ORPHAN, NAMES_ORPHAN, TAG_ORPHAN, CERTIFICATE_OF_DISTRIBUTION_MISSING ->
                    new String[] {"DELETE FROM certificate WHERE id = $cert"};
            case SPARE_WRONG ->
                    new String[] {
                        """
                        INSERT INTO certificate_spare
                            (certificate_id, shard, issuers, issuer_turn, failures, serial)
                        VALUES ($cert, 0, '', 0, 0, '01')
                        """
                    };
            case KEY_WRONG ->
                    new String[] {
                        """
                        UPDATE certificate_material SET chain =
                            (SELECT o.chain FROM certificate_material o WHERE o.certificate_id = $other)
                        WHERE certificate_id = $cert
                        """
                    };
            case NAMES_MISSING ->
                    new String[] {"DELETE FROM certificate_name WHERE certificate_id = $cert"};
            case USE_MISSING ->
                    new String[] {"DELETE FROM certificate_use WHERE certificate_id = $cert"};
            case USE_ORPHAN, VERSION_ORPHAN, ALIAS_ORPHAN ->
                    new String[] {"DELETE FROM distribution WHERE id = $one"};
            case VERSION_MISSING ->
                    new String[] {
                        "DELETE FROM distribution_version WHERE distribution = $one AND number = 2"
                    };
            case ANCESTOR_ORPHAN ->
                    new String[] {"DELETE FROM distribution_alias WHERE alias = 'one.example.com'"};
            case REQUIRED_RECORD_ORPHAN ->
                    new String[] {
                        "DELETE FROM certificate WHERE id IN (SELECT certificate_id FROM certificate_name WHERE name = 'a.made.example')"
                    };
            case RECORD_ORPHAN ->
                    new String[] {
                        "DELETE FROM dns_required WHERE certificate IN (SELECT certificate_id FROM certificate_name WHERE name = 'a.made.example')"
                    };
            case RECORD_MISSING -> new String[] {"DELETE FROM dns_entry WHERE automatic = 1"};
            case ACME_CERTIFICATE_UNRECORDED ->
                    new String[] {
                        """
                        INSERT INTO enrolment_certificate (id, account_id, order_id, serial, names, key_fingerprint, chain,
                            not_before, not_after)
                        SELECT 'c', 'a', 'o', 'abc', 'a.example', '', chain, 1, 2 FROM certificate_material
                        WHERE certificate_id = $cert
                        """
                    };
            case ACME_CERTIFICATE_MISSING, ACME_AUTHORIZATION_MISSING ->
                    new String[] {acmeOrder("VALID")};
            case ACME_STEP_NEVER_DUE -> new String[] {acmeOrder("PROCESSING")};
            case ACME_ROW_ORPHAN -> new String[] {acmeOrder("PENDING")};
            case ACME_ACCOUNT_UNBOUND ->
                    new String[] {
                        """
                        INSERT INTO enrolment_account (id, account, credential_id, thumbprint, jwk, status, contacts,
                            terms_agreed, created_at)
                        VALUES ('a', '1', 'gone', 't', '{}', 'VALID', '', 1, 1)
                        """
                    };
            case ISSUER_ANSWER_ORPHAN ->
                    new String[] {
                        """
                        INSERT INTO certificate_answer (certificate_id, slot, issuer, said, message, actor, since, at, past)
                        VALUES ('gone', 'MAIN', 'le', 'REFUSED', '', 'NOBODY', 1, 1, 0)
                        """
                    };
            case ORDER_ORPHAN ->
                    new String[] {
                        """
                        INSERT INTO acme_order (certificate_id, slot, issuer, shard, account, names, sealed_key, csr, state,
                            version, due_at, authorizations, asked, looks, failures, created_at, updated_at)
                        SELECT 'gone', 'MAIN', 'le', 0, '1', '[]', sealed_key, '', 'ORDERED', 1, 1, '[]', 1, 0, 0, 1, 1
                        FROM certificate_material WHERE certificate_id = $cert
                        """
                    };
            case CHALLENGE_ORPHAN ->
                    new String[] {
                        """
                        INSERT INTO challenge (kind, place, token, content, owner, shown_at)
                        VALUES ('TEXT', 'x.example', '', 'text', 'acme/gone', 1)
                        """
                    };
            case BUDGET_HELD ->
                    new String[] {
                        """
                        INSERT INTO rate_reservation (issuer, owner, taken, names, at)
                        VALUES ('le', 'acme/gone', '', 1, 1)
                        """
                    };
            case TENANT_ORPHAN ->
                    new String[] {
                        "UPDATE saas_entry SET distribution_id = NULL WHERE distribution_id = $tenant"
                    };
            case TENANT_NOT_BOUND ->
                    new String[] {
                        "UPDATE distribution_tenant SET certificate = $other WHERE id = $tenant"
                    };
            case TENANT_OF_NOTHING -> new String[] {"DELETE FROM connection_group"};
            case CERTIFICATE_OF_TENANT_MISSING ->
                    new String[] {
                        "DELETE FROM certificate WHERE id = (SELECT certificate FROM distribution_tenant)"
                    };
            case TENANT_USE_MISSING ->
                    new String[] {
                        "DELETE FROM certificate_use WHERE resource LIKE 'distribution-tenant/%'"
                    };
            case TENANT_USE_ORPHAN, ALIAS_OF_TENANT_ORPHAN, TENANT_TAG_ORPHAN, DOMAIN_NOT_SERVED ->
                    new String[] {"DELETE FROM distribution_tenant"};
            case TENANT_DOMAIN_MISSING ->
                    new String[] {"DELETE FROM distribution_alias WHERE tenant IS NOT NULL"};
            case DOMAIN_WITHOUT_JOB ->
                    new String[] {
                        "DELETE FROM saas_entry WHERE job_id IN (SELECT job_id FROM domain)"
                    };
            case DOMAIN_NAMES_WRONG ->
                    new String[] {"UPDATE domain_name SET name = 'other.example.com'"};
            case DOMAIN_NAME_ORPHAN, TAKE_OVER_ORPHAN ->
                    new String[] {takeOver("NULL"), "DELETE FROM domain"};
            case DOMAIN_REMOVAL_STOPPED ->
                    new String[] {"UPDATE domain SET removing_at = 1, due_at = 1"};
            case TAKE_OVER_NEVER_DUE -> new String[] {takeOver("NULL")};
            case NEVER_DEPLOYED ->
                    new String[] {
                        "DELETE FROM change_feed WHERE key = $two",
                        "UPDATE distribution SET status = 'IN_PROGRESS' WHERE id = $two"
                    };
        };
    }

    private static String takeOver(String due) {
        return """
        INSERT INTO domain_take_over (domain_id, name, account, job_id, value, state, asked_at, expires_at, shown, due_at)
        SELECT d.id, n.name, d.account, d.job_id, 'v', 'WAITING', 1, 2, 0, %s
        FROM domain d JOIN domain_name n ON n.domain_id = d.id
        """
                .formatted(due);
    }

    private static String acmeOrder(String status) {
        return """
        INSERT INTO enrolment_order (id, account_id, status, names, created_at, expires_at, attempts, shard)
        VALUES ('o', 'a', '%s', 'a.example b.example', 1, 2, 0, 0)
        """
                .formatted(status);
    }

    @StoreTest
    void aStoreThatJobsHaveFilledFitsTogether(Database database) {
        Scene scene = new Scene(database);

        Audit.Report report = scene.audit.run();

        assertThat(report.findings()).isEmpty();
        assertThat(report.entries()).isEqualTo(5);
        assertThat(report.certificates()).isEqualTo(5);
        assertThat(report.distributions()).as("and the templates").isEqualTo(6);
    }

    @StoreTest
    void everyKindOfDamageIsFound(Database database) {
        Scene scene = new Scene(database);
        Set<Check> silent = EnumSet.noneOf(Check.class);
        for (Check check : Check.values()) {
            Set<Check> spoke =
                    scene.after(damage(check)).stream()
                            .map(Finding::check)
                            .collect(Collectors.toSet());
            if (!spoke.contains(check)) {
                silent.add(check);
            }
        }

        assertThat(silent).isEmpty();
        assertThat(scene.audit.run().findings()).as("every damage was undone").isEmpty();
    }

    @StoreTest
    void whatAnEntryMayHaveMadeIsNoOrphanUntilItEnds(Database database) {
        Scene scene = new Scene(database);

        assertThat(
                        scene.after(
                                """
                                UPDATE saas_entry SET state = 'CLONE', distribution_id = NULL, certificate_arn = NULL, tried = 1
                                WHERE job_id = $waiting
                                """))
                .isEmpty();
    }
}
