package dev.nameplate.saas;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Every certificate of an account, of every key type, whichever job or door made it.
public final class AccountCertificates {
    private final Function<AccountId, AcmClient> acm;

    public AccountCertificates(Function<AccountId, AcmClient> acm) {
        this.acm = acm;
    }

    public List<CertificateDetail> details(AccountId account) {
        AcmClient client = acm.apply(account);
        return list(client).stream()
                .flatMap(summary -> describe(client, summary.certificateArn()))
                .toList();
    }

    private static Stream<CertificateDetail> describe(AcmClient client, String arn) {
        try {
            return Stream.of(
                    client.describeCertificate(request -> request.certificateArn(arn))
                            .certificate());
        } catch (ResourceNotFoundException _) {
            return Stream.empty(); // Deleted since it was listed.
        }
    }

    /// Without the filter ACM hides every key type but RSA_2048.
    public static List<CertificateSummary> list(AcmClient client) {
        List<CertificateSummary> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            ListCertificatesRequest.Builder page =
                    ListCertificatesRequest.builder()
                            .includes(filter -> filter.keyTypes(KeyAlgorithm.knownValues()));
            next.ifPresent(page::nextToken);
            ListCertificatesResponse answer = client.listCertificates(page.build());
            all.addAll(answer.certificateSummaryList());
            next = Optional.ofNullable(answer.nextToken());
        } while (next.isPresent());
        return all;
    }
}
