package dev.nameplate.testkit;

import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A test run once per kind of store, each time on a fresh and migrated one. Takes a [TestStore] or a
/// [dev.nameplate.db.Database] among its parameters.
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(StoreRuns.class)
public @interface StoreTest {}
