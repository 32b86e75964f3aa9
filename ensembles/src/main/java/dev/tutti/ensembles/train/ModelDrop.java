package dev.tutti.ensembles.train;

/// What happens in a step to the members that are not in the random half that it trains (Kelcey,
/// *ensemble networks*, 2020: model drop).
public enum ModelDrop {
  /// Nothing: parameters, the optimiser's memory and its step count stay. A member trains as it
  /// would if the step had not been.
  FROZEN,
  /// The optimiser takes a step along a gradient of 0: momentum moves them, weight decay shrinks
  /// them. This is what the source's code does.
  STEPPED
}
