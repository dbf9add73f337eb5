package dev.nameplate.wire.model;

/// A modelled error as it appears on the wire.
///
/// @param messageMember spelling of the message's member: ACM's AccessDeniedException has `Message`
public record ErrorModel(String code, int status, String messageMember) {}
