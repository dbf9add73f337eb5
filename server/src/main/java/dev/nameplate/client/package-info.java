/// The subcommands that only speak to a running server, over its REST API: they open no store and hold no key but the API key.
/// A subcommand that works on the data folder itself is a class of the root package.
///
/// Sees `config`, for the addresses that the server left in its data folder, and `http`. The root package calls it: it adds the
/// subcommands to its own, which share [ConfigOption] and [CommandFailed]. Start at [ClientCommands], then [JobClient], which
/// makes every call.
@NullMarked
package dev.nameplate.client;

import org.jspecify.annotations.NullMarked;
