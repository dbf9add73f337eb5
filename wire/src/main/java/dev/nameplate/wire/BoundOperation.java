package dev.nameplate.wire;

import software.amazon.awssdk.core.SdkPojo;

/// An operation of a service, found and ready to be called.
interface BoundOperation {

    SdkPojo newRequestBuilder();

    /// Calls the service; what it throws passes through.
    SdkPojo call(Caller caller, SdkPojo request) throws Throwable;
}
