package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.wire.codec.JsonCodec;
import dev.nameplate.wire.codec.XmlCodec;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every operation of every API, through the real SDK client: a random request must be decoded to
/// what was sent, a random response must be read back by the client as what was answered. The
/// client's own signature is verified on the way.
@Tag("slow") // Loads and runs every class of four SDK clients.
class ConformanceTest {

    /// STS operations whose caller has no AWS credentials yet.
    private static final Set<String> UNSIGNED =
            Set.of("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity");

    @ParameterizedTest
    @CsvSource({"LIGHTSAIL, 161", "ACM, 16", "CLOUDFRONT, 167", "STS, 11"})
    void everyOperationRoundTripsThroughTheSdkClient(AwsApi api, int operationCount) {
        RandomPojos random = new RandomPojos(7);
        Exchange exchange = new Exchange(api);
        SdkClient client = Clients.of(api, new InProcessHttpClient(exchange::answer));
        List<String> differences = new ArrayList<>();
        List<Method> operations = Clients.operations(Clients.type(api));
        for (Method operation : operations) {
            SdkPojo sent = random.fill(operation.getParameterTypes()[0]);
            SdkPojo answered = random.fill(operation.getReturnType());
            exchange.answerWith(answered);
            try {
                SdkPojo received = (SdkPojo) operation.invoke(client, sent);
                if (!sent.equalsBySdkFields(exchange.decoded())) {
                    differences.add(
                            operation.getName()
                                    + " request: "
                                    + sent
                                    + " became "
                                    + exchange.decoded());
                }
                if (!answered.equalsBySdkFields(received)) {
                    differences.add(
                            operation.getName() + " response: " + answered + " became " + received);
                }
            } catch (InvocationTargetException e) {
                differences.add(operation.getName() + " failed: " + e.getCause());
            } catch (IllegalAccessException e) {
                throw new LinkageError("cannot call " + operation, e);
            }
        }
        assertThat(differences).isEmpty();
        assertThat(operations).hasSize(operationCount);
    }

    /// The server's side of one call at a time, without constraints: random values satisfy none.
    private static final class Exchange {
        private final Authenticator authenticator =
                new Authenticator(
                        _ -> Optional.of(Clients.CREDENTIAL),
                        InstantSource.system(),
                        Duration.ofMinutes(5));
        private final OfferedService service;
        private SdkPojo answer;
        private SdkPojo decoded;

        Exchange(AwsApi api) {
            service =
                    new OfferedService(
                            new Service<>(
                                    api,
                                    Clients.type(api),
                                    _ -> {
                                        throw new AssertionError("no service is asked");
                                    }),
                            new JsonCodec(64),
                            new XmlCodec(64));
            answer = new NothingYet();
            decoded = answer;
        }

        void answerWith(SdkPojo answer) {
            this.answer = answer;
            this.decoded = new NothingYet();
        }

        SdkPojo decoded() {
            return decoded;
        }

        HttpResponse answer(HttpRequest request) {
            Protocol.Call call = service.protocol().call(request).orElseThrow();
            if (!UNSIGNED.contains(call.operation().name())) {
                Caller caller = authenticator.authenticate(request, service.api());
                assertThat(caller.region()).isEqualTo("us-east-1");
            }
            BoundOperation operation = service.bind(call.operation());
            decoded = call.decode().apply(operation.newRequestBuilder());
            return service.protocol().encode(call.operation(), answer, "request-id");
        }
    }

    private record NothingYet() implements SdkPojo {
        @Override
        public List<SdkField<?>> sdkFields() {
            return List.of();
        }

        @Override
        public Map<String, SdkField<?>> sdkFieldNameToField() {
            return Map.of();
        }
    }
}
