/// Settings: one YAML file and the environment become records; unknown keys are refused with the nearest known name. Start at [Settings].
@NullMarked
package dev.nameplate.config;

import org.jspecify.annotations.NullMarked;
