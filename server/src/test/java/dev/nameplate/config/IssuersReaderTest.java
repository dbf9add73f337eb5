package dev.nameplate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class IssuersReaderTest {
    @TempDir Path folder;

    @Test
    void withoutAnySettingOurOwnCaSigns() {
        Settings.Issuers issuers = SettingsReader.read(Optional.empty(), Map.of()).issuers();

        assertThat(issuers)
                .isEqualTo(
                        new Settings.Issuers(
                                List.of(),
                                List.of("embedded"),
                                List.of("embedded"),
                                List.of("embedded"),
                                List.of("embedded"),
                                Duration.ofHours(1),
                                List.of(),
                                Duration.ofMinutes(10)));
    }

    @Test
    void anIssuerIsReadWithAllThatItMayHave() throws IOException {
        Path hmac = Files.writeString(folder.resolve("hmac"), "c2VjcmV0");
        Path trust = Files.writeString(folder.resolve("roots.pem"), "");
        Settings.Issuers issuers =
                read(
                        """
                        issuers:
                          own:
                            directory: https://ca.test:14000/dir
                            contact: [ops@example.com, 'mailto:security@example.com']
                            termsAgreed: true
                            eab: {keyId: kid-1, hmacFile: %s}
                            preferredChain: Other Root
                            profile: shortlived
                            keyType: EC_secp384r1
                            caaNames: CA.test
                            trustFile: %s
                            limits: {newOrders: 10/1h}
                        """
                                .formatted(hmac, trust));

        assertThat(issuers.acme())
                .containsExactly(
                        new Settings.AcmeIssuer(
                                "own",
                                Settings.IssuerPreset.NONE,
                                URI.create("https://ca.test:14000/dir"),
                                List.of("mailto:ops@example.com", "mailto:security@example.com"),
                                true,
                                Optional.of(new Settings.Eab("kid-1", hmac)),
                                Optional.of("Other Root"),
                                Optional.of("shortlived"),
                                Optional.of(Settings.KeyAlgorithm.EC_P384),
                                List.of("ca.test"),
                                Optional.of(trust),
                                Map.of("newOrders", "10/1h")));
    }

    @Test
    void aPresetKnowsDirectoryAndCaaNames() throws IOException {
        Settings.Issuers issuers =
                read("issuers:\n  le: {preset: letsencrypt}\nissuer: {default: [le, embedded]}\n");

        Settings.AcmeIssuer letsEncrypt = issuers.acme().getFirst();
        assertThat(letsEncrypt.directory())
                .isEqualTo(URI.create("https://acme-v02.api.letsencrypt.org/directory"));
        assertThat(letsEncrypt.caaNames()).containsExactly("letsencrypt.org");
        assertThat(letsEncrypt.termsAgreed()).isFalse();
    }

    @Test
    void eachDoorHasAListOfItsOwnOrTheDefault() throws IOException {
        Settings.Issuers issuers =
                read(
                        """
                        issuers: {a: {preset: zerossl}, b: {preset: google}}
                        issuer: {default: 'a, embedded', acm: 'b,a', fallBackMinutes: 5}
                        """);

        assertThat(issuers.lightsail()).containsExactly("a", "embedded");
        assertThat(issuers.acm()).containsExactly("b", "a");
        assertThat(issuers.saas()).containsExactly("b", "a");
        assertThat(issuers.patience()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aFileOfItsOwnHasTheSameShape() throws IOException {
        Path bare = file("bare.yaml", "le: {preset: letsencrypt-staging}\n");
        Path whole = file("whole.yaml", "issuers:\n  le: {preset: letsencrypt-staging}\n");

        for (Path each : List.of(bare, whole)) {
            assertThat(
                            SettingsReader.read(
                                            Optional.empty(),
                                            Map.of(
                                                    "NAMEPLATE_ISSUERS_FILE",
                                                    each.toString(),
                                                    "NAMEPLATE_ISSUER_DEFAULT",
                                                    "le"))
                                    .issuers()
                                    .standard())
                    .containsExactly("le");
        }
        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Optional.of(whole),
                                Map.of("NAMEPLATE_ISSUERS_FILE", bare.toString())))
                .hasMessageContaining("exclude each other");
    }

    @Test
    void aNameThatIsNoIssuersRefusesTheStartAndSaysWhichThereAre() {
        assertThatThrownBy(
                        () -> read("issuers: {le: {preset: letsencrypt}}\nissuer: {acm: lets}\n"))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining(
                        "NAMEPLATE_ISSUER_ACM (issuer.acm) names the issuer 'lets', which is not configured; there are"
                                + " embedded, le");
    }

    @Test
    void everythingWrongIsToldAtOnce() {
        assertThatThrownBy(() ->
                        read(
                                """
                                issuers:
                                  embedded: {preset: letsencrypt}
                                  Le: {preset: letsencrypt}
                                  bare: {}
                                  a: {directori: 'https://a.test/'}
                                  b: {directory: 'http://b.test/', termsAgreed: perhaps, contact: nobody}
                                  c: {preset: letsencrypted, eab: {keyId: x}, trustFile: /nowhere}
                                  d: 5
                                  e: {preset: letsencrypt, keyType: EC_secp521r1}
                                  f: {preset: letsencrypt, keyTyp: RSA_2048}
                                """))
                .hasMessageContaining("issuers.embedded: that name is our own CA's")
                .hasMessageContaining("issuers.Le: an issuer's name has lower-case letters")
                .hasMessageContaining("issuers.bare: directory is missing")
                .hasMessageContaining(
                        "unknown key 'issuers.a.directori'; did you mean 'issuers.a.directory'?")
                .hasMessageContaining("issuers.b.directory: it cannot be 'http://b.test/'")
                .hasMessageContaining("issuers.b.termsAgreed: expected true or false")
                .hasMessageContaining("issuers.b.contact: it cannot be 'nobody'")
                .hasMessageContaining("issuers.c.preset: it cannot be 'letsencrypted'")
                .hasMessageContaining("issuers.c.eab: keyId and hmacFile must be set together")
                .hasMessageContaining("issuers.c.trustFile: it cannot be '/nowhere'")
                .hasMessageContaining("issuers.d: expected keys such as 'preset: …'")
                .hasMessageContaining(
                        "issuers.e.keyType: it cannot be 'EC_secp521r1': expected EC_prime256v1, EC_secp384r1 or RSA_2048")
                .hasMessageContaining(
                        "unknown key 'issuers.f.keyTyp'; did you mean 'issuers.f.keyType'?");
    }

    private Settings.Issuers read(String yaml) throws IOException {
        return SettingsReader.read(Optional.of(file("settings.yaml", yaml)), Map.of()).issuers();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
