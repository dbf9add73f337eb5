/// Side-by-side measurements of the real server against what people would otherwise run; nothing here is asserted by a test,
/// and nothing of the server calls it. It sees the server only from outside: its launcher, its ports, its process.
///
/// Start reading at [Bench]; `bench/README.md` tells what the figures mean. Unlike the rest of the project this package reads
/// the machine's clock and waits by sleeping: time is what it measures.
@NullMarked
package dev.nameplate.bench;

import org.jspecify.annotations.NullMarked;
