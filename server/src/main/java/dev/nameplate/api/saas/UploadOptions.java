package dev.nameplate.api.saas;

import dev.nameplate.api.rest.Call;
import dev.nameplate.api.rest.Problem;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Template;
import dev.nameplate.saas.Uploads;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What the query of `POST /v1/jobs` says of a body that has entries only.
final class UploadOptions {
    static final String[] PARAMETERS = {
        "operation",
        "platform",
        "distributions",
        "checkNames",
        "template",
        "version",
        "issuer",
        "dryRun"
    };

    private final JobChecks checks;

    UploadOptions(JobChecks checks) {
        this.checks = checks;
    }

    /// A JSON document says the rest itself.
    boolean dryRunOnly(Call call) {
        for (String name : PARAMETERS) {
            if (!name.equals("dryRun") && call.query(name).isPresent()) {
                throw Problem.badRequest(
                        name
                                + " belongs into the body of a JSON document; as a query parameter it is for"
                                + " application/x-ndjson and text/csv, so check the Content-Type");
            }
        }
        return flag(call, "dryRun", false);
    }

    UploadReader.Options of(Call call, UploadReader.Form form) {
        Operation operation =
                word(call, "operation", Operation.values())
                        .orElseThrow(() ->
                                Problem.badRequest(
                                        "the query parameter operation is required: CREATE or IMPORT"));
        Platform.Name platform =
                word(call, "platform", Platform.Name.values()).orElse(checks.standard());
        if (!checks.isSetUp(platform)) {
            throw Problem.badRequest("platform " + platform + " is not set up on this server");
        }
        boolean distributions = flag(call, "distributions", true);
        Optional<Long> version =
                call.query("version").isPresent()
                        ? Optional.of((long) call.number("version", 1, Integer.MAX_VALUE, 1))
                        : Optional.empty();
        Optional<Template> template = call.query("template").map(id -> new Template(id, version));
        if (version.isPresent() && template.isEmpty()) {
            throw Problem.badRequest("version is the template's; give template too");
        }
        if (template.isPresent() && !distributions) {
            throw Problem.badRequest("template is of no use where distributions is false");
        }
        return new UploadReader.Options(
                form,
                new Uploads.Kind(platform, operation, distributions),
                flag(call, "checkNames", false),
                template,
                issuers(call, platform, operation),
                flag(call, "dryRun", false));
    }

    /// Names with blanks or commas between them.
    private List<String> issuers(Call call, Platform.Name platform, Operation operation) {
        List<String> order = call.query("issuer").map(IssuerNames::split).orElse(List.of());
        if (call.query("issuer").isEmpty()) {
            return order;
        }
        if (order.isEmpty()) {
            throw Problem.badRequest("issuer is empty");
        }
        if (operation == Operation.IMPORT) {
            throw Problem.badRequest(
                    "issuer is for certificates that are created; an import has its own");
        }
        checks.issuers(platform)
                .refusal(order)
                .ifPresent(wrong -> {
                    throw Problem.badRequest("issuer: " + wrong);
                });
        return order;
    }

    private static <T extends Enum<T>> Optional<T> word(Call call, String name, T[] words) {
        return call.query(name)
                .map(text ->
                        Stream.of(words)
                                .filter(each -> each.name().equals(text))
                                .findFirst()
                                .orElseThrow(() ->
                                        Problem.badRequest(
                                                name
                                                        + " must be "
                                                        + String.join(
                                                                " or ",
                                                                Stream.of(words)
                                                                        .map(Enum::name)
                                                                        .toList()))));
    }

    private static boolean flag(Call call, String name, boolean standard) {
        return call.query(name)
                .map(text ->
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw Problem.badRequest(name + " must be true or false");
                        })
                .orElse(standard);
    }
}
