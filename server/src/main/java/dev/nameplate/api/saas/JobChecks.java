package dev.nameplate.api.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.saas.AliasHolders;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.RetryRule;
import dev.nameplate.saas.SharedWildcards;
import dev.nameplate.saas.Template;
import dev.nameplate.saas.Templates;

import software.amazon.awssdk.core.exception.SdkException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What is checked of a job, whichever words it came in.
public final class JobChecks {
    private final Map<Platform.Name, Place> places;
    private final Platform.Name standard;
    private final Function<PemTriple, ReportCard> examination;
    private final NamePolicy names;
    private final IssuerNames issuers;
    private final int maxEntries;

    /// A platform that jobs may name.
    ///
    /// @param dns what the check of names asks the DNS
    public record Place(Platform.Rules rules, DnsCheck dns) {}

    /// @param places the platforms that are set up
    /// @param standard the one of a job that names none
    /// @param examination of an import
    /// @param names which names may be requested
    /// @param issuers which issuers there are
    /// @param maxEntries of a job
    public JobChecks(
            Map<Platform.Name, Place> places,
            Platform.Name standard,
            Function<PemTriple, ReportCard> examination,
            NamePolicy names,
            IssuerNames issuers,
            int maxEntries) {
        this.places = Map.copyOf(places);
        this.standard = standard;
        this.examination = examination;
        this.names = names;
        this.issuers = issuers;
        this.maxEntries = maxEntries;
    }

    Platform.Name standard() {
        return standard;
    }

    /// Whether jobs may be made there.
    boolean isSetUp(Platform.Name platform) {
        return places.containsKey(platform);
    }

    private Place place(Platform.Name platform) {
        return Optional.ofNullable(places.get(platform)).orElseThrow();
    }

    /// For the platform of jobs that name none.
    EntryReader entries(boolean autoCreation) {
        return entries(standard, autoCreation);
    }

    EntryReader entries(Platform.Name platform, boolean autoCreation) {
        return new EntryReader(autoCreation, examination, names, issuers(platform));
    }

    IssuerNames issuers(Platform.Name platform) {
        return switch (platform) {
            case LOCAL -> issuers;
            case AWS -> _ -> Optional.of("is for platform LOCAL; on AWS it is Amazon that signs");
        };
    }

    /// @return false if there are too many to look at
    boolean count(String list, int entries, Problems problems) {
        if (entries > maxEntries) {
            problems.add(list, "has " + entries + " entries; a job takes at most " + maxEntries);
        }
        return entries <= maxEntries;
    }

    /// An alias belongs to one distribution; and a create job's certificates are told apart by their primary names.
    static void duplicates(
            List<EntryReader.Draft> drafts,
            Operation operation,
            boolean autoCreation,
            Problems problems) {
        duplicates(drafts, operation, autoCreation, new HashMap<>(), problems);
    }

    /// @param seen where each name was, of drafts looked at before; gets those of these
    static void duplicates(
            List<EntryReader.Draft> drafts,
            Operation operation,
            boolean autoCreation,
            Map<DomainName, String> seen,
            Problems problems) {
        for (EntryReader.Draft draft : drafts) {
            List<DomainName> unique =
                    autoCreation
                            ? draft.names()
                            : operation == Operation.CREATE
                                    ? draft.names().subList(0, 1)
                                    : List.of();
            for (DomainName name : unique) {
                String first = seen.putIfAbsent(name, draft.path());
                if (first != null) {
                    problems.add(draft.path(), name + " is in " + first + " already");
                }
            }
        }
    }

    void templates(
            Platform.Name platform,
            AccountId account,
            List<EntryReader.Draft> drafts,
            Problems problems) {
        Templates.Look templates = place(platform).rules().templates().look();
        Map<Template, Optional<Templates.UnusableTemplate>> checked = new HashMap<>();
        for (EntryReader.Draft draft : drafts) {
            Optional<Template> wanted = draft.template();
            if (platform == Platform.Name.AWS && wanted.flatMap(Template::tenancy).isPresent()) {
                problems.add(
                        draft.path() + ".tenant",
                        "is for platform LOCAL; on AWS entries get distributions of their own");
                continue;
            }
            wanted.flatMap(template ->
                            checked.computeIfAbsent(
                                    template, each -> check(templates, account, each)))
                    .ifPresent(unusable -> {
                        String member =
                                switch (unusable.part()) {
                                    case DISTRIBUTION -> draft.templatePath();
                                    case VERSION -> draft.versionPath();
                                    case CONNECTION_GROUP ->
                                            draft.path() + ".tenant.connectionGroup";
                                    case PARAMETERS -> draft.path() + ".tenant.parameters";
                                };
                        problems.add(member, unusable.reason());
                    });
        }
    }

    private static Optional<Templates.UnusableTemplate> check(
            Templates.Look templates, AccountId account, Template template) {
        try {
            asked(() -> {
                templates.require(account, template);
                return true;
            });
            return Optional.empty();
        } catch (Templates.UnusableTemplate e) {
            return Optional.of(e);
        }
    }

    void aliases(
            Platform.Name platform,
            AccountId account,
            List<EntryReader.Draft> drafts,
            Problems problems) {
        Map<DomainName, AliasHolders.Holder> holders =
                asked(() -> place(platform).rules().holders().of(account, names(drafts)));
        for (EntryReader.Draft draft : drafts) {
            for (DomainName name : draft.names()) {
                Optional.ofNullable(holders.get(name))
                        .ifPresent(holder ->
                                problems.add(draft.path(), name + " " + holder.sentence()));
            }
        }
    }

    /// Whether each name's DNS lets it be certified here. Asked last, because it costs most.
    void dns(Platform.Name platform, List<EntryReader.Draft> drafts, Problems problems) {
        Map<DomainName, String> refused = place(platform).dns().refused(names(drafts));
        for (EntryReader.Draft draft : drafts) {
            for (DomainName name : draft.names()) {
                Optional.ofNullable(refused.get(name))
                        .ifPresent(reason -> problems.add(draft.path(), name + ": " + reason));
            }
        }
    }

    /// Whether what the job makes fits into what its platform allows.
    void quota(
            String list,
            Platform.Name platform,
            Operation operation,
            boolean autoCreation,
            List<JobRequest.Entry> entries,
            Problems problems) {
        quota(list, platform, wanted(operation, autoCreation, entries), problems);
    }

    static Quota.Wanted wanted(
            Operation operation, boolean autoCreation, List<JobRequest.Entry> entries) {
        int own =
                (int)
                        entries.stream()
                                .filter(entry ->
                                        !(entry.source() instanceof CertificateSource.SharedWith))
                                .count();
        return new Quota.Wanted(
                operation == Operation.CREATE ? own : 0,
                operation == Operation.IMPORT ? own : 0,
                autoCreation ? entries.size() : 0);
    }

    void quota(String list, Platform.Name platform, Quota.Wanted wanted, Problems problems) {
        asked(() -> place(platform).rules().quota().refusal(wanted))
                .ifPresent(refusal -> problems.add(list, refusal));
    }

    /// A question to a platform, which may be another's.
    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException failed) {
            Problems problems = new Problems();
            problems.add("platform", "cannot be asked: " + RetryRule.reason(failed));
            problems.throwIfAny();
            throw failed;
        }
    }

    private static List<DomainName> names(List<EntryReader.Draft> drafts) {
        return drafts.stream().flatMap(draft -> draft.names().stream()).distinct().toList();
    }

    static List<JobRequest.Entry> requested(List<EntryReader.Draft> drafts, boolean aggregate) {
        List<Optional<Integer>> shared =
                aggregate
                        ? SharedWildcards.of(drafts.stream().map(EntryReader.Draft::names).toList())
                        : List.of();
        List<JobRequest.Entry> entries = new ArrayList<>();
        for (EntryReader.Draft draft : drafts) {
            CertificateSource source = draft.source();
            // Whoever wants another issuer wants another certificate.
            Optional<Integer> other =
                    aggregate
                            ? shared.get(entries.size())
                                    .filter(place ->
                                            drafts.get(place).issuers().equals(draft.issuers()))
                            : Optional.empty();
            if (other.isPresent()) {
                source = new CertificateSource.SharedWith(other.get());
            }
            entries.add(
                    new JobRequest.Entry(draft.names(), source, draft.template(), draft.issuers()));
        }
        return entries;
    }
}
