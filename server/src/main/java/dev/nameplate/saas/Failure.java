package dev.nameplate.saas;

/// Why an entry ended without being served, and who takes the next step.
public record Failure(Stage stage, String reason, Actor nextStep) {

    public enum Actor {
        /// Whoever sent the job corrects the entry and sends it again.
        REQUESTER,
        /// The owner of the domain changes its DNS.
        DOMAIN_OWNER,
        /// The operator of the platform lifts a limit or repairs a service.
        OPERATOR
    }
}
