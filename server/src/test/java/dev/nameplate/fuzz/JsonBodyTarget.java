package dev.nameplate.fuzz;

import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.codec.MalformedBody;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionMetricDataRequest;

import java.util.List;
import java.util.function.Supplier;

/// An AWS JSON 1.1 body: what decodes is written again, and then reads the same.
public final class JsonBodyTarget {
    private static final JsonCodec JSON = new JsonCodec(64);
    private static final List<Supplier<SdkPojo>> BUILDERS =
            List.of(
                    () -> (SdkPojo) RequestCertificateRequest.builder(),
                    () -> (SdkPojo) ImportCertificateRequest.builder(),
                    () -> (SdkPojo) ListCertificatesRequest.builder(),
                    () -> (SdkPojo) CreateDistributionRequest.builder(),
                    () -> (SdkPojo) GetDistributionMetricDataRequest.builder());

    private JsonBodyTarget() {}

    public static void fuzzerInitialize() {
        Target.JSON_BODY.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        for (Supplier<SdkPojo> builder : BUILDERS) {
            SdkPojo decoded;
            try {
                decoded = JSON.decode(input, builder.get());
            } catch (MalformedBody _) {
                continue;
            }
            SdkPojo again = JSON.decode(JSON.encode(decoded), builder.get());
            if (!again.equals(decoded)) {
                throw new AssertionError("read differently the second time: " + decoded);
            }
        }
    }
}
