package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.wire.model.OperationModel;
import dev.nameplate.wire.model.ServiceModel;
import dev.nameplate.wire.model.Shape;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The service descriptions may be newer than the SDK's classes. What the classes lack is listed
/// here, so that a difference in either direction is noticed when one of them is updated.
@Tag("slow") // Loads every model class of four SDK clients.
class ModelDriftTest {

    private static final Set<String> OPERATIONS_THE_SDK_LACKS = Set.of("ACM SearchCertificates");

    /// Sent by newer clients and dropped here, or never answered.
    private static final Set<String> MEMBERS_THE_SDK_LACKS =
            Set.of(
                    "LIGHTSAIL Alarm.tags",
                    "LIGHTSAIL ContactMethod.tags",
                    "LIGHTSAIL CreateContactMethodRequest.tags",
                    "LIGHTSAIL InputOrigin.ipAddressType",
                    "LIGHTSAIL Origin.ipAddressType",
                    "LIGHTSAIL PutAlarmRequest.tags",
                    "CLOUDFRONT CreateTrustStoreRequest.UseClientCertificateOCSPEndpoint",
                    "CLOUDFRONT TrustStore.UseClientCertificateOCSPEndpoint",
                    "CLOUDFRONT UpdateTrustStoreRequest.UseClientCertificateOCSPEndpoint");

    @ParameterizedTest
    @EnumSource
    void everyOperationHasAMethodAndEveryMemberAField(AwsApi api) {
        ServiceModel model = ServiceModel.load(api.signingName());
        Map<String, Method> methods =
                Clients.operations(Clients.type(api)).stream()
                        .collect(Collectors.toMap(Method::getName, Function.identity()));
        Set<String> lackingOperations = new TreeSet<>();
        Set<String> lackingMembers = new TreeSet<>();
        for (OperationModel operation : model.operations().values()) {
            if (operation.input().isEmpty() && operation.output().isEmpty()) {
                // Known by name only: it is newer than the description.
                continue;
            }
            Method method = methods.remove(SdkNames.method(operation.name()));
            if (method == null) {
                lackingOperations.add(api + " " + operation.name());
                continue;
            }
            Set<Shape> seen = new HashSet<>();
            operation
                    .input()
                    .ifPresent(shape ->
                            compare(
                                    api,
                                    shape,
                                    builder(method.getParameterTypes()[0]),
                                    seen,
                                    lackingMembers));
            operation
                    .output()
                    .ifPresent(shape ->
                            compare(
                                    api,
                                    shape,
                                    builder(method.getReturnType()),
                                    seen,
                                    lackingMembers));
        }

        assertThat(methods.keySet()).as("methods the description lacks").isEmpty();
        assertThat(lackingOperations).isEqualTo(of(api, OPERATIONS_THE_SDK_LACKS));
        assertThat(lackingMembers).isEqualTo(of(api, MEMBERS_THE_SDK_LACKS));
    }

    @ParameterizedTest
    @EnumSource
    void everyExceptionClassIsDescribed(AwsApi api) {
        ServiceModel model = ServiceModel.load(api.signingName());
        Set<Class<?>> thrown =
                Clients.operations(Clients.type(api)).stream()
                        .flatMap(method -> Set.of(method.getExceptionTypes()).stream())
                        .filter(AwsServiceException.class::isAssignableFrom)
                        .filter(type -> !type.equals(AwsServiceException.class))
                        // The service's base class: LightsailException, AcmException …
                        .filter(type -> !type.getSuperclass().equals(AwsServiceException.class))
                        .collect(Collectors.toSet());

        assertThat(thrown).isNotEmpty().allMatch(type -> model.error(type).isPresent());
    }

    private static Set<String> of(AwsApi api, Set<String> all) {
        return all.stream()
                .filter(name -> name.startsWith(api + " "))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void compare(
            AwsApi api, Shape shape, SdkPojo pojo, Set<Shape> seen, Set<String> lacking) {
        if (!seen.add(shape)) {
            return;
        }
        Map<String, SdkField<?>> fields =
                pojo.sdkFields().stream()
                        .collect(Collectors.toMap(SdkField::memberName, Function.identity()));
        shape.members()
                .forEach((name, target) -> {
                    SdkField<?> field = fields.get(name);
                    if (field == null) {
                        lacking.add(api + " " + shape.name() + "." + name);
                    } else {
                        descend(api, target, field, seen, lacking);
                    }
                });
    }

    private static void descend(
            AwsApi api, Shape shape, SdkField<?> field, Set<Shape> seen, Set<String> lacking) {
        switch (field.marshallingType().getKnownType()) {
            case SDK_POJO -> compare(api, shape, field.constructor().get(), seen, lacking);
            case LIST ->
                    shape.element()
                            .ifPresent(element ->
                                    descend(
                                            api,
                                            element,
                                            field.getTrait(ListTrait.class).memberFieldInfo(),
                                            seen,
                                            lacking));
            case MAP ->
                    shape.element()
                            .ifPresent(element ->
                                    descend(
                                            api,
                                            element,
                                            field.getTrait(MapTrait.class).valueFieldInfo(),
                                            seen,
                                            lacking));
            default -> {
                // Single values have no members.
            }
        }
    }

    private static SdkPojo builder(Class<?> type) {
        try {
            return (SdkPojo) type.getMethod("builder").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no builder on " + type, e);
        }
    }
}
