package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/// A configuration as it is stored and echoed: complete, and checked against every rule that needs no store.
///
/// @param document [ModelJson] of `config`
record AcceptedConfig(DistributionConfig config, String document) {

    /// @throws software.amazon.awssdk.services.cloudfront.model.CloudFrontException the first rule it breaks
    static AcceptedConfig of(DistributionConfig sent) {
        Quantities.check(sent);
        TemplateRules.check(sent);
        DistributionConfig filled =
                TemplateRules.withoutForeignDefaults(ConfigDefaults.filled(sent));
        UnservedMembers.refuse(filled);
        ConfigRules.check(TemplateRules.sample(filled));
        StagingRules.check(filled);
        GeoRules.check(filled);
        ViewerCertificates.checkForm(filled);
        String document = ModelJson.write(filled);
        return new AcceptedConfig(read(document), document);
    }

    static DistributionConfig read(String document) {
        return ModelJson.read(document, DistributionConfig.builder());
    }
}
