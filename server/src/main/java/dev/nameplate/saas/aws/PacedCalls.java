package dev.nameplate.saas.aws;

import dev.nameplate.saas.NotYet;
import dev.nameplate.saas.RetryRule;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// Stands in a client's way: a call goes out when its operation has its turn.
final class PacedCalls implements ExecutionInterceptor {
    private final Paces paces;
    private final InstantSource clock;
    private final Optional<Consumer<Duration>> pause;
    private final CallWatch watch;

    /// @param pause waits for the turn; without it a call that comes too early is answered with [NotYet]
    PacedCalls(
            Paces paces, InstantSource clock, Optional<Consumer<Duration>> pause, CallWatch watch) {
        this.paces = paces;
        this.clock = clock;
        this.pause = pause;
        this.watch = watch;
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        String operation = operation(attributes);
        Pace pace = paces.of(operation);
        if (pause.isPresent()) {
            Duration wait = pace.reserve(clock.instant());
            if (wait.isPositive()) {
                watch.postponed(operation);
                pause.get().accept(wait);
            }
            return;
        }
        Optional<Instant> later = pace.turn(clock.instant());
        if (later.isPresent()) {
            watch.postponed(operation);
            throw new NotYet(operation, later.get());
        }
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        told(attributes, CallWatch.Outcome.ANSWERED);
    }

    @Override
    public void onExecutionFailure(
            Context.FailedExecution context, ExecutionAttributes attributes) {
        if (!(context.exception() instanceof RuntimeException failure)
                || failure instanceof NotYet) {
            return;
        }
        CallWatch.Outcome outcome =
                switch (RetryRule.verdict(failure)) {
                    case THROTTLED -> CallWatch.Outcome.THROTTLED;
                    case FAULT -> CallWatch.Outcome.FAILED;
                    case CONFLICT, QUOTA, DENIED, REFUSED -> CallWatch.Outcome.REFUSED;
                };
        if (outcome == CallWatch.Outcome.THROTTLED) {
            paces.of(operation(attributes)).refused(clock.instant());
        }
        told(attributes, outcome);
    }

    private void told(ExecutionAttributes attributes, CallWatch.Outcome outcome) {
        String operation = operation(attributes);
        watch.called(operation, outcome, paces.of(operation).rate());
    }

    private static String operation(ExecutionAttributes attributes) {
        return attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    }
}
