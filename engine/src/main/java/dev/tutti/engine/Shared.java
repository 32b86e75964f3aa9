package dev.tutti.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a record component that all members share: `vmap` passes it on unmapped, and its gradient
/// is the sum over the members (the base weight of a BatchEnsemble layer).
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Shared {}
