package dev.tutti.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a record component that is state, not a parameter (running statistics): it is mapped by
/// `vmap` and saved with the model, but no gradient flows to it and no optimiser touches it.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface State {}
