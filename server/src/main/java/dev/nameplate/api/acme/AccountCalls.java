package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.enrolment.Account;
import dev.nameplate.enrolment.Accounts;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.Orders;
import dev.nameplate.enrolment.Problem;
import dev.nameplate.enrolment.Words;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Accounts (RFC 8555 section 7.3): made, read, changed, given another key.
final class AccountCalls {
    private static final int MOST_CONTACTS = 10;
    private static final int LONGEST_CONTACT = 320;
    private static final int PAGE = 100;
    private static final String CURSOR = "cursor=";

    private final AcmeSettings settings;
    private final Credentials credentials;
    private final Accounts accounts;
    private final Orders orders;

    AccountCalls(AcmeSettings settings, Credentials credentials, Accounts accounts, Orders orders) {
        this.settings = settings;
        this.credentials = credentials;
        this.accounts = accounts;
        this.orders = orders;
    }

    AcmeAnswer register(SignedCall call) {
        ObjectNode body = call.jws().body();
        Optional<Account> there = accounts.byKey(call.key().thumbprint());
        if (there.isPresent()) {
            return known(call, there.get());
        }
        if (body.path("onlyReturnExisting").asBoolean()) {
            throw AcmeProblem.of(
                    400, Problem.Kind.ACCOUNT_DOES_NOT_EXIST, "there is no account with this key");
        }
        boolean agreed = body.path("termsOfServiceAgreed").asBoolean();
        settings.termsOfService()
                .filter(_ -> !agreed)
                .ifPresent(terms -> {
                    throw AcmeProblem.of(
                                    403,
                                    Problem.Kind.USER_ACTION_REQUIRED,
                                    "agree to the terms of service: " + terms)
                            .with("Link", "<" + terms + ">;rel=\"terms-of-service\"");
                });
        Optional<Accounts.Binding> binding = binding(call, body);
        Accounts.Registered registered =
                accounts.register(
                        call.key().jwk(), call.key().thumbprint(), contacts(body), agreed, binding);
        return registered.created()
                ? at(call, registered.account(), 201)
                : known(call, registered.account());
    }

    /// Section 7.3.1: the key's account, whatever else the request says.
    private static AcmeAnswer known(SignedCall call, Account account) {
        return switch (account.status()) {
            case VALID -> at(call, account, 200);
            case DEACTIVATED ->
                    throw AcmeProblem.unauthorized(
                            "the account of this key is deactivated; use another key");
            case REVOKED ->
                    throw AcmeProblem.unauthorized(
                            "the credential that bound the account of this key was taken away; use another key");
        };
    }

    private static AcmeAnswer at(SignedCall call, Account account, int status) {
        return AcmeAnswer.json(status, json(call.urls(), account))
                .with("Location", call.urls().account(account.id()));
    }

    /// Section 7.3.4: a JWS over the account's key by the credential's.
    private Optional<Accounts.Binding> binding(SignedCall call, ObjectNode body) {
        JsonNode given = body.path("externalAccountBinding");
        if (given.isMissingNode() || given.isNull()) {
            if (settings.bindingRequired()) {
                throw AcmeProblem.of(
                        403,
                        Problem.Kind.EXTERNAL_ACCOUNT_REQUIRED,
                        "give a key id and a key for external account binding; whoever runs this server makes them");
            }
            return Optional.empty();
        }
        if (!(given instanceof ObjectNode object)) {
            throw AcmeProblem.malformed("externalAccountBinding must be an object");
        }
        Jws jws = Jws.read(object, Jws.MACS);
        jws.checkUrl(call.urls().own(call.request()));
        if (jws.nonce().isPresent() || jws.jwk().isPresent()) {
            throw AcmeProblem.malformed(
                    "the protected header of an external account binding has no nonce and no jwk");
        }
        String id =
                jws.kid()
                        .orElseThrow(() ->
                                AcmeProblem.malformed("the external account binding has no kid"));
        // Both in the same words: whoever guesses ids learns nothing.
        if (!isByKeyOf(jws, id)) {
            throw AcmeProblem.unauthorized(
                    "there is no credential with this key id and key for external account binding");
        }
        if (!AccountKey.read(jws.body()).thumbprint().equals(call.key().thumbprint())) {
            throw AcmeProblem.malformed(
                    "the external account binding is for another key than the account's");
        }
        return Optional.of(new Accounts.Binding(id, object.toString()));
    }

    private boolean isByKeyOf(Jws jws, String credential) {
        Optional<byte[]> key = credentials.key(credential);
        try {
            return key.filter(jws::isBy).isPresent();
        } finally {
            key.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
        }
    }

    AcmeAnswer account(SignedCall call, String id) {
        Account account = own(call, id);
        if (call.jws().isPostAsGet()) {
            return AcmeAnswer.json(200, json(call.urls(), account));
        }
        ObjectNode body = call.jws().body();
        Optional<String> status = AcmeJson.text(body, "status");
        if (status.isPresent()) {
            if (!status.get().equals("deactivated")) {
                throw AcmeProblem.malformed("an account's status can be made deactivated only");
            }
            return AcmeAnswer.json(200, json(call.urls(), accounts.deactivate(account)));
        }
        return AcmeAnswer.json(
                200,
                json(
                        call.urls(),
                        body.has("contact")
                                ? accounts.contacts(account, contacts(body))
                                : account));
    }

    private static Account own(SignedCall call, String id) {
        Account account = call.requireAccount();
        if (!account.id().equals(id)) {
            throw AcmeProblem.unauthorized("this is another account's");
        }
        return account;
    }

    private static List<String> contacts(ObjectNode body) {
        JsonNode given = body.path("contact");
        if (given.isMissingNode() || given.isNull()) {
            return List.of();
        }
        if (!given.isArray() || given.size() > MOST_CONTACTS) {
            throw AcmeProblem.malformed(
                    "contact is an array of at most " + MOST_CONTACTS + " URLs");
        }
        List<String> contacts = new ArrayList<>();
        for (JsonNode each : given) {
            String contact = each.isTextual() ? each.textValue() : "";
            if (!contact.toLowerCase(Locale.ROOT).startsWith("mailto:")) {
                throw AcmeProblem.of(
                        400, Problem.Kind.UNSUPPORTED_CONTACT, "a contact is a mailto: URL");
            }
            // Section 7.3: one address and no header fields.
            if (contact.length() > LONGEST_CONTACT
                    || !contact.substring("mailto:".length())
                            .matches("[\\x21-\\x7E&&[^@,?]]+@[\\x21-\\x7E&&[^@,?]]+")) {
                throw AcmeProblem.of(
                        400,
                        Problem.Kind.INVALID_CONTACT,
                        "a contact is mailto: and one address, without header fields");
            }
            contacts.add(contact);
        }
        return contacts;
    }

    /// Section 7.3.5: the account's key vouches for a JWS by the new one.
    AcmeAnswer changeKey(SignedCall call) {
        Account account = call.requireAccount();
        Jws inner = Jws.read(call.jws().body(), Jws.SIGNATURES);
        ObjectNode jwk =
                inner.jwk()
                        .orElseThrow(() ->
                                AcmeProblem.malformed("the inner JWS has no jwk, the new key"));
        if (inner.kid().isPresent() || inner.nonce().isPresent()) {
            throw AcmeProblem.malformed("the inner JWS has neither kid nor nonce");
        }
        AccountKey key = AccountKey.read(jwk);
        inner.verify(key);
        inner.checkUrl(call.urls().own(call.request()));
        ObjectNode change = inner.body();
        if (!AcmeJson.required(change, "account").equals(call.urls().account(account.id()))) {
            throw AcmeProblem.malformed("the inner JWS is for another account");
        }
        if (!(change.path("oldKey") instanceof ObjectNode old)
                || !AccountKey.read(old).thumbprint().equals(account.thumbprint())) {
            throw AcmeProblem.malformed("oldKey is not the account's key");
        }
        Optional<Account> holder = accounts.changeKey(account, key.jwk(), key.thumbprint());
        if (holder.isPresent()) {
            throw AcmeProblem.of(409, Problem.Kind.MALFORMED, "the new key has an account already")
                    .with("Location", call.urls().account(holder.get().id()));
        }
        return AcmeAnswer.json(200, json(call.urls(), accounts.find(account.id()).orElseThrow()));
    }

    /// Section 7.1.2.1.
    AcmeAnswer orders(SignedCall call, String id) {
        Account account = own(call, id);
        call.requirePostAsGet();
        String query = call.request().rawQuery();
        Optional<String> after =
                query.startsWith(CURSOR)
                        ? Optional.of(
                                URLDecoder.decode(
                                        query.substring(CURSOR.length()), StandardCharsets.UTF_8))
                        : Optional.empty();
        List<String> page = orders.page(account, after, PAGE + 1);
        ObjectNode json = AcmeJson.object();
        ArrayNode list = json.putArray("orders");
        page.stream().limit(PAGE).forEach(order -> list.add(call.urls().order(order)));
        AcmeAnswer answer = AcmeAnswer.json(200, json);
        return page.size() > PAGE
                ? answer.link(
                        call.urls().account(id)
                                + "/orders?"
                                + CURSOR
                                + URLEncoder.encode(page.get(PAGE - 1), StandardCharsets.UTF_8),
                        "next")
                : answer;
    }

    private static ObjectNode json(Urls urls, Account account) {
        ObjectNode json = AcmeJson.object().put("status", Words.of(account.status()));
        if (!account.contacts().isEmpty()) {
            ArrayNode contacts = json.putArray("contact");
            account.contacts().forEach(contacts::add);
        }
        json.put("termsOfServiceAgreed", account.termsAgreed());
        account.binding()
                .ifPresent(binding -> json.set("externalAccountBinding", AcmeJson.stored(binding)));
        return json.put("orders", urls.account(account.id()) + "/orders");
    }
}
