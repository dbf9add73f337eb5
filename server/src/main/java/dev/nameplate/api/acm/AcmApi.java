package dev.nameplate.api.acm;

import dev.nameplate.wire.codec.Document;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateRequest;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateResponse;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.ExportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ExportCertificateResponse;
import software.amazon.awssdk.services.acm.model.GetAccountConfigurationRequest;
import software.amazon.awssdk.services.acm.model.GetAccountConfigurationResponse;
import software.amazon.awssdk.services.acm.model.GetCertificateRequest;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ImportCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateResponse;
import software.amazon.awssdk.services.acm.model.PutAccountConfigurationRequest;
import software.amazon.awssdk.services.acm.model.PutAccountConfigurationResponse;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateRequest;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateResponse;
import software.amazon.awssdk.services.acm.model.RenewCertificateRequest;
import software.amazon.awssdk.services.acm.model.RenewCertificateResponse;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateResponse;
import software.amazon.awssdk.services.acm.model.ResendValidationEmailRequest;
import software.amazon.awssdk.services.acm.model.ResendValidationEmailResponse;
import software.amazon.awssdk.services.acm.model.RevokeCertificateRequest;
import software.amazon.awssdk.services.acm.model.RevokeCertificateResponse;
import software.amazon.awssdk.services.acm.model.UpdateCertificateOptionsRequest;
import software.amazon.awssdk.services.acm.model.UpdateCertificateOptionsResponse;

import java.util.Map;

/// Every ACM operation offered here, for one caller. An operation that is missing is refused by the wire in ACM's own terms.
///
/// A certificate made by Lightsail is the same certificate seen through this door, except that only Lightsail deletes it.
final class AcmApi implements AcmClient {
    private final Acm door;
    private final Call call;

    AcmApi(Acm door, Call call) {
        this.door = door;
        this.call = call;
    }

    @Override
    public RequestCertificateResponse requestCertificate(RequestCertificateRequest request) {
        return door.requests.request(call, request);
    }

    @Override
    public DescribeCertificateResponse describeCertificate(DescribeCertificateRequest request) {
        return door.known.describe(call, request);
    }

    @Override
    public GetCertificateResponse getCertificate(GetCertificateRequest request) {
        return door.known.get(call, request);
    }

    @Override
    public ListCertificatesResponse listCertificates(ListCertificatesRequest request) {
        return door.list.list(call, request);
    }

    /// In the SDK's interface once the SDK knows it.
    public Map<String, ?> searchCertificates(Document request) {
        return door.search.search(call, request);
    }

    @Override
    public ImportCertificateResponse importCertificate(ImportCertificateRequest request) {
        return door.imports.importCertificate(call, request);
    }

    @Override
    public DeleteCertificateResponse deleteCertificate(DeleteCertificateRequest request) {
        return door.known.delete(call, request);
    }

    @Override
    public AddTagsToCertificateResponse addTagsToCertificate(AddTagsToCertificateRequest request) {
        return door.known.addTags(call, request);
    }

    @Override
    public RemoveTagsFromCertificateResponse removeTagsFromCertificate(
            RemoveTagsFromCertificateRequest request) {
        return door.known.removeTags(call, request);
    }

    @Override
    public ListTagsForCertificateResponse listTagsForCertificate(
            ListTagsForCertificateRequest request) {
        return door.known.listTags(call, request);
    }

    @Override
    public ExportCertificateResponse exportCertificate(ExportCertificateRequest request) {
        return door.exports.export(call, request);
    }

    @Override
    public RevokeCertificateResponse revokeCertificate(RevokeCertificateRequest request) {
        return door.changes.revoke(call, request);
    }

    @Override
    public RenewCertificateResponse renewCertificate(RenewCertificateRequest request) {
        return door.changes.renew(call, request);
    }

    @Override
    public ResendValidationEmailResponse resendValidationEmail(
            ResendValidationEmailRequest request) {
        return door.changes.resendEmail(call, request);
    }

    @Override
    public UpdateCertificateOptionsResponse updateCertificateOptions(
            UpdateCertificateOptionsRequest request) {
        return door.changes.updateOptions(call, request);
    }

    @Override
    public GetAccountConfigurationResponse getAccountConfiguration(
            GetAccountConfigurationRequest request) {
        return door.configuration.get(call);
    }

    @Override
    public PutAccountConfigurationResponse putAccountConfiguration(
            PutAccountConfigurationRequest request) {
        return door.configuration.put(call, request);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    /// Holds nothing of its own.
    @Override
    public void close() {}
}
