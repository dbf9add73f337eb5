package dev.nameplate.wire;

import dev.nameplate.wire.model.OperationModel;

import software.amazon.awssdk.core.SdkPojo;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.function.Function;

/// One operation bound to the SDK: its request class, and the client interface's method. Looked up by
/// name, one at a time, since loading all classes of a client takes the better part of a second.
final class SdkOperation implements BoundOperation {

    private final Class<?> client;
    private final Function<Caller, ?> service;
    private final OperationModel model;
    private final Method builder;
    private final MethodHandle method;

    private SdkOperation(
            Class<?> client,
            Function<Caller, ?> service,
            OperationModel model,
            Method builder,
            MethodHandle method) {
        this.client = client;
        this.service = service;
        this.model = model;
        this.builder = builder;
        this.method = method;
    }

    /// @throws ClassNotFoundException where the SDK's version does not know the operation yet
    static SdkOperation bind(Service<?> service, OperationModel model)
            throws ClassNotFoundException {
        Class<?> client = service.client();
        String stem = client.getPackageName() + ".model." + SdkNames.pascal(model.name());
        ClassLoader loader = client.getClassLoader();
        Class<?> request = Class.forName(stem + "Request", true, loader);
        Class<?> response = Class.forName(stem + "Response", true, loader);
        try {
            return new SdkOperation(
                    client,
                    service.forCaller(),
                    model,
                    request.getMethod("builder"),
                    MethodHandles.publicLookup()
                            .findVirtual(
                                    client,
                                    SdkNames.method(model.name()),
                                    MethodType.methodType(response, request)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(client + " has no method for " + model.name(), e);
        }
    }

    @Override
    public SdkPojo newRequestBuilder() {
        try {
            return (SdkPojo) builder.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a request of " + model.name(), e);
        }
    }

    /// A method the service did not override becomes a refusal.
    @Override
    public SdkPojo call(Caller caller, SdkPojo request) throws Throwable {
        Object callers = service.apply(caller);
        try {
            return (SdkPojo) method.invoke(callers, request);
        } catch (UnsupportedOperationException e) {
            throw isTheInterfaces(e) ? unsupported(model.name()) : e;
        }
    }

    static Refused unsupported(String operation) {
        return new Refused(
                Fault.UNSUPPORTED_OPERATION, "This server does not support " + operation + ".");
    }

    /// The interface's own default methods throw the same type as, say, an immutable list does when a
    /// service has a bug; only the former is a refusal.
    private boolean isTheInterfaces(UnsupportedOperationException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().equals(client.getName());
    }
}
