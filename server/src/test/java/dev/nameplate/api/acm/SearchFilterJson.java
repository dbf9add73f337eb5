package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Condition;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.codec.Document;
import dev.nameplate.wire.codec.DocumentType;
import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.model.Constraints;
import dev.nameplate.wire.model.ServiceModel;
import dev.nameplate.wire.model.Shape;

import java.util.Optional;

/// A search's filter from its JSON, as the wire hands it on: what a stranger's bytes can reach.
public final class SearchFilterJson {
    private static final JsonCodec JSON = new JsonCodec(64);
    private static final ServiceModel ACM = ServiceModel.load("acm");

    private SearchFilterJson() {}

    /// Empty where the wire refuses it, by its constraints.
    ///
    /// @throws dev.nameplate.wire.codec.MalformedBody if it is not JSON of that shape
    /// @throws software.amazon.awssdk.services.acm.model.AcmException if it is not of the grammar
    public static Optional<Condition> read(byte[] json) {
        Shape shape = shape("CertificateFilterStatement");
        Document statement = decoded(shape, json);
        return Constraints.violations(shape, statement).isPresent()
                ? Optional.empty()
                : Optional.of(
                        SearchFilter.read(
                                statement, new AccountId(TestFeatures.ACCOUNT), Region.US_EAST_1));
    }

    static Document request(byte[] json) {
        Shape shape = shape("SearchCertificatesRequest");
        Document request = decoded(shape, json);
        assertThat(Constraints.violations(shape, request)).isEmpty();
        return request;
    }

    static DocumentType response() {
        return DocumentType.of(shape("SearchCertificatesResponse"));
    }

    private static Document decoded(Shape shape, byte[] json) {
        return (Document) JSON.decode(json, DocumentType.of(shape).empty());
    }

    private static Shape shape(String name) {
        return Optional.ofNullable(ACM.shapes().get(name)).orElseThrow();
    }
}
