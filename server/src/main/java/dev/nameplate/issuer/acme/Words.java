package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;

import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// What is told of an order to whoever waits for it.
final class Words {
    private Words() {}

    static String refused(IssuerName issuer, AcmeProblem problem) {
        return "Issuer '" + issuer + "': " + problem.text() + turn(problem);
    }

    static String underWay(IssuerName issuer, Progress progress) {
        String where =
                switch (progress.state()) {
                    case NEW -> "is to be ordered";
                    case ORDERING -> "is being ordered";
                    case ORDERED, CHALLENGED -> "is ordered; the proof is being shown";
                    case VALIDATING -> "is ordered; the authority looks for the proof";
                    case READY, FINALIZING -> "is ordered and proven; the authority signs";
                    case ISSUED -> "is signed and being fetched";
                    case VALID -> "is there";
                    case FAILED -> "was refused";
                };
        Optional<AcmeProblem> problem =
                progress.problem()
                        .filter(_ ->
                                progress.trouble().failures() > 0
                                        || progress.state() == Progress.State.NEW);
        return "At issuer '"
                + issuer
                + "' the certificate "
                + where
                + "."
                + problem.map(each ->
                                " It is tried again at "
                                        + progress.due().truncatedTo(ChronoUnit.SECONDS)
                                        + ". "
                                        + each.text()
                                        + turn(each))
                        .orElse("");
    }

    private static String turn(AcmeProblem problem) {
        return switch (problem.actor()) {
            case NAME_OWNER ->
                    " Whoever runs the DNS of the name, or what answers for it, must change that.";
            case DNS_OPERATOR -> " Whoever runs the name servers must change that.";
            case SERVER_OPERATOR -> " The operator of this server must change that.";
            case ISSUER -> " That lies with the authority.";
            case NOBODY -> "";
        };
    }
}
