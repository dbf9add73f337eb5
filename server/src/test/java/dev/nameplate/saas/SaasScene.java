package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// The feature between an ACM, a CloudFront and an edge in memory.
public final class SaasScene {
    public static final AccountId ACCOUNT = new AccountId("000000000001");

    public final SettableClock clock = new SettableClock();
    public final Interruptions calls = new Interruptions();
    public final FakeAcm acm = new FakeAcm(clock, calls);
    public final FakeCloudFront cloudFront = new FakeCloudFront(calls);
    public final Map<String, DistributionConfig> versions = new HashMap<>();
    public final Vault vault = TestVault.open();
    public final Templates templates =
            new Templates(
                    _ -> cloudFront,
                    (id, number) -> Optional.ofNullable(versions.get(id + "/" + number)));
    public final String template = cloudFront.template(config("template").build());
    public final AliasHolders aliases = this::holders;
    public final SaasJobs jobs;
    public boolean edgeAnswers = true;

    private final Database database;
    private final JobWatch watch;
    private final Random random = new Random(7);
    private ManualJobs engine;

    public SaasScene(Database database) {
        this(database, JobWatch.NONE);
    }

    public SaasScene(Database database, JobWatch watch) {
        this.database = database;
        this.watch = watch;
        this.engine = new ManualJobs(clock, work());
        acm.inUse =
                arn ->
                        cloudFront.all().stream()
                                .map(each -> each.config().viewerCertificate())
                                .anyMatch(viewer ->
                                        viewer != null && arn.equals(viewer.acmCertificateArn()));
        this.jobs = new SaasJobs(database, vault, clock, random, name -> engine.wake(name));
    }

    public static DistributionConfig.Builder config(String callerReference) {
        return DistributionConfig.builder()
                .callerReference(callerReference)
                .comment("the template")
                .enabled(true)
                .priceClass(PriceClass.PRICE_CLASS_100);
    }

    public Platform platform() {
        return new Platform(
                new Platform.Rules(templates, aliases, Quota.NONE),
                new Platform.Services(_ -> acm, _ -> cloudFront),
                (_, host) -> servedSerial(host),
                Duration.ofMinutes(15));
    }

    private SaasWork work() {
        return new SaasWork(
                database,
                vault,
                Map.of(Platform.Name.LOCAL, platform()),
                clock,
                SaasWork.Settings.DEFAULT,
                watch);
    }

    private Map<DomainName, AliasHolders.Holder> holders(
            AccountId account, Collection<DomainName> names) {
        Map<DomainName, AliasHolders.Holder> held = new HashMap<>();
        for (FakeCloudFront.Held each : cloudFront.all()) {
            names.stream()
                    .filter(name -> each.aliases().contains(name.ascii()))
                    .forEach(name ->
                            held.put(
                                    name,
                                    new AliasHolders.Holder(
                                            each.id(),
                                            "is an alias of distribution " + each.id())));
        }
        return held;
    }

    private Optional<String> servedSerial(String host) {
        return calls.around(
                "handshake",
                host,
                () ->
                        cloudFront
                                .serving(host)
                                .filter(_ -> edgeAnswers)
                                .map(each -> each.config().viewerCertificate().acmCertificateArn())
                                .flatMap(arn ->
                                        acm.certificates().stream()
                                                .filter(each ->
                                                        each.detail().certificateArn().equals(arn))
                                                .findFirst())
                                .map(each -> each.detail().serial().replace(":", "")));
    }

    /// A new process on the same store.
    public void restart() {
        engine = new ManualJobs(clock, work());
    }

    public void tick() {
        engine.tick();
    }

    /// Lets time pass until nothing is due within `span`.
    public void run(Duration span) {
        var end = clock.instant().plus(span);
        engine.tick();
        while (engine.nextDue().filter(at -> !at.isAfter(end)).isPresent()) {
            clock.set(engine.nextDue().get());
            engine.tick();
        }
        clock.set(end);
    }

    /// One entry per list of names.
    public JobId create(String... entries) {
        List<JobRequest.Entry> asked = new ArrayList<>();
        for (String names : entries) {
            asked.add(
                    new JobRequest.Entry(
                            names(names), new CertificateSource.Request(), template()));
        }
        return jobs.create(ACCOUNT, new JobRequest(Operation.CREATE, true, "{}", asked));
    }

    /// One entry per list of names; the certificate's text is its names.
    public JobId importing(String... entries) {
        acm.namesOf = text -> List.of(text.split(" "));
        List<JobRequest.Entry> asked = new ArrayList<>();
        for (String names : entries) {
            asked.add(
                    new JobRequest.Entry(
                            names(names),
                            new CertificateSource.Pem(
                                    names.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                    ("key of " + names)
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                    new byte[0]),
                            template()));
        }
        return jobs.create(ACCOUNT, new JobRequest(Operation.IMPORT, true, "{}", asked));
    }

    public static List<DomainName> names(String names) {
        return Arrays.stream(names.split(" ")).map(DomainName::parse).toList();
    }

    public Optional<Template> template() {
        return Optional.of(new Template(template, Optional.empty()));
    }

    public Job job(JobId id) {
        return jobs.find(ACCOUNT, id).orElseThrow();
    }

    public Progress entry(JobId id, int number) {
        return job(id).entries().get(number).progress();
    }
}
