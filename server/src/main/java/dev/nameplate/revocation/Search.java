package dev.nameplate.revocation;

import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.EarlierLeaves;
import dev.nameplate.certificate.IssuedLeaves;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Signatures;
import dev.nameplate.certificate.SortKey;
import dev.nameplate.certificate.Spares;
import dev.nameplate.certificate.State;
import dev.nameplate.names.AccountId;
import dev.nameplate.revocation.RevocationRun.Item;
import dev.nameplate.revocation.RevocationRun.ItemState;
import dev.nameplate.revocation.RunRows.Phase;

import org.jdbi.v3.core.Handle;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Finds what is in scope, a page at a time: first what certificates have, then what is kept ready beside it, then what they had
/// before, and what deleted ones had.
///
/// @param own what our own authority signed
/// @param until what is issued later is not looked at
record Search(
        Certificates certificates,
        Signatures own,
        AccountId account,
        RevocationScope scope,
        Instant until) {
    private static final int PAGE = 200;
    private static final Catalogue.Order BY_ID = new Catalogue.Order(SortKey.ID, false);

    record Place(Phase phase, String position) {
        static final Place START = new Place(Phase.CURRENT, "");
    }

    record Found(List<Item> items, Place next) {}

    Found next(Handle handle, Place place) {
        return switch (place.phase()) {
            case CURRENT -> current(handle, place.position());
            case SPARE -> spares(handle, place.position());
            case REPLACED -> replaced(handle, place.position());
            case DONE -> new Found(List.of(), place);
        };
    }

    private Found current(Handle handle, String position) {
        Catalogue catalogue = certificates.catalogue();
        Catalogue.Page page =
                catalogue.page(
                        handle,
                        account,
                        new Condition.InState("ISSUED"),
                        BY_ID,
                        position.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        new Catalogue.Position(
                                                position,
                                                new CertificateId(UUID.fromString(position)))),
                        PAGE,
                        until);
        List<Certificate> all = page.entries().stream().map(Catalogue.Entry::certificate).toList();
        List<CertificateId> ids = all.stream().map(Certificate::id).toList();
        Map<CertificateId, IssuerName> signers = IssuedLeaves.signers(handle, ids);
        Map<CertificateId, X509Certificate> leaves = catalogue.leaves(handle, ids);
        List<Item> items = new ArrayList<>();
        for (Certificate each : all) {
            Optional<X509Certificate> leaf = Optional.ofNullable(leaves.get(each.id()));
            IssuerName signer = signers.getOrDefault(each.id(), IssuerName.EMBEDDED);
            if (leaf.isPresent()
                    && each.state() instanceof State.Issued issued
                    && issued.notAfter().isAfter(until)
                    && !issued.issuedAt().isAfter(until)
                    && scope.includes(
                            each.origin(),
                            signer,
                            issued.issuedAt(),
                            IssuedLeaves.keyDigest(leaf.get()))) {
                items.add(
                        new Item(
                                each.id(),
                                issued.serial(),
                                signer,
                                each.origin() == Origin.IMPORTED
                                        ? ItemState.FAILED
                                        : ItemState.WAITING,
                                Optional.empty()));
            }
        }
        return new Found(
                items,
                page.next()
                        .map(next -> new Place(Phase.CURRENT, next.id().toString()))
                        .orElse(new Place(Phase.SPARE, "")));
    }

    private Found spares(Handle handle, String position) {
        Spares.Page page = certificates.spares().leaves(handle, account, position, PAGE);
        List<Item> items =
                page.leaves().stream()
                        .filter(this::includes)
                        .map(leaf ->
                                new Item(
                                        leaf.id(),
                                        leaf.serial(),
                                        leaf.issuer(),
                                        ItemState.WAITING,
                                        Optional.empty()))
                        .toList();
        return new Found(
                items,
                page.next()
                        .map(next -> new Place(Phase.SPARE, next))
                        .orElse(new Place(Phase.REPLACED, "")));
    }

    /// Whether a spare has to go.
    boolean includes(Spares.Leaf leaf) {
        return leaf.certificate().getNotAfter().toInstant().isAfter(until)
                && !leaf.issuedAt().isAfter(until)
                && scope.includes(
                        Origin.ACM,
                        leaf.issuer(),
                        leaf.issuedAt(),
                        IssuedLeaves.keyDigest(leaf.certificate()));
    }

    /// Nobody is served these any more.
    private Found replaced(Handle handle, String position) {
        EarlierLeaves.Page page =
                new EarlierLeaves(certificates, own).page(handle, account, until, position, PAGE);
        List<Item> items =
                page.leaves().stream()
                        .filter(leaf ->
                                scope.includes(
                                        Origin.ACM,
                                        leaf.issuer(),
                                        leaf.issuedAt(),
                                        leaf.keyDigest()))
                        .map(leaf ->
                                new Item(
                                        leaf.id(),
                                        leaf.serial(),
                                        leaf.issuer(),
                                        ItemState.REPLACING,
                                        Optional.empty()))
                        .toList();
        return new Found(
                items,
                page.next()
                        .map(next -> new Place(Phase.REPLACED, next))
                        .orElse(new Place(Phase.DONE, "")));
    }
}
