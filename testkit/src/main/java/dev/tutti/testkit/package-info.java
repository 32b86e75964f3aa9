/// What the tests of several modules have in common: what they demand of tensors, and the values
/// that they draw. The engine's tests, on which this stands, have their own.
package dev.tutti.testkit;
