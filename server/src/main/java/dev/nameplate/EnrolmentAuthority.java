package dev.nameplate;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Write;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.enrolment.CertificateAuthority;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.security.PublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// The embedded authority, as the ACME server sees it.
record EnrolmentAuthority(EmbeddedCa ca, Revocations revocations, ProofLookup lookup)
        implements CertificateAuthority {

    @Override
    public Answer sign(CertificateId id, List<DomainName> names, PublicKey key) {
        return switch (ca.enrol(id, names, key)) {
            case EmbeddedCa.Enrolled.Signed(var chain) -> new Answer.Signed(chain);
            case EmbeddedCa.Enrolled.Refused(var message) -> new Answer.Refused(message);
            case EmbeddedCa.Enrolled.Unavailable(var message) -> new Answer.Unavailable(message);
        };
    }

    @Override
    public Map<DomainName, Caa> caa(List<DomainName> names) {
        Function<DomainName, CaaVerdict> verdicts = lookup.caa(ca.caaNames());
        Map<DomainName, Caa> hindered = new LinkedHashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<DomainName, Future<CaaVerdict>> asked = new LinkedHashMap<>();
            names.forEach(name -> asked.put(name, threads.submit(() -> verdicts.apply(name))));
            for (Map.Entry<DomainName, Future<CaaVerdict>> each : asked.entrySet()) {
                hindrance(each.getKey(), each.getValue().get())
                        .ifPresent(why -> hindered.put(each.getKey(), why));
            }
            return hindered;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is stopping");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for CAA records failed", e.getCause());
        }
    }

    private static Optional<Caa> hindrance(DomainName name, CaaVerdict verdict) {
        return switch (verdict) {
            case CaaVerdict.Allowed _ -> Optional.empty();
            case CaaVerdict.Forbidden(DomainName at, String records) ->
                    Optional.of(
                            new Caa.Forbidden(
                                    "The CAA records at %s do not permit this authority to certify %s: %s"
                                            .formatted(at, name, records)));
            case CaaVerdict.Unknown(String message) ->
                    Optional.of(
                            new Caa.Unknown(
                                    "The CAA records of %s could not be read: %s"
                                            .formatted(name, message)));
        };
    }

    @Override
    public void revoke(Write write, String serial, RevocationReason reason, Instant at) {
        revocations.revoke(write, serial, reason, at);
    }

    @Override
    public Optional<Revoked> revoked(Handle handle, String serial) {
        return Revocations.status(handle, serial)
                .flatMap(Revocations.Status::revoked)
                .map(found -> new Revoked(found.reason(), found.at()));
    }
}
