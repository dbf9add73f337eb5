/// Settings: one YAML file and the environment become records, and unknown keys are refused with the nearest known name. Also
/// what start-up needs before any feature: the data folder and its lock, `endpoints.json`, logging.
///
/// Sees `names`; seen by the wiring and `client` alone, since features get small records of their own. Start at [Settings].
@NullMarked
package dev.nameplate.config;

import org.jspecify.annotations.NullMarked;
