package dev.tutti.nn.fit;

import java.util.List;
import java.util.stream.Collectors;

/// The results of an epoch. Lists have an entry per member if members train separately, else one.
///
/// @param epoch the finished epoch, from 0
/// @param epochs how many there are at most
/// @param lr the learning rate of its last step
/// @param loss the mean training loss over its batches, each with the weight
///   [dev.tutti.nn.loss.Objective#divisor], by default its rows; NaN for a member that was stopped
///   before
/// @param validationLoss the objective of the whole validation set, whatever its batches are; empty
///   without one, NaN for a stopped member
/// @param validationAccuracy likewise the fraction of right classes, NaN if targets are not class
///   labels
/// @param bestEpoch the best epoch so far, −1 for none
/// @param stopped whether training continues without the member
public record EpochReport(
    int epoch,
    int epochs,
    List<Double> lr,
    List<Double> loss,
    List<Double> validationLoss,
    List<Double> validationAccuracy,
    List<Integer> bestEpoch,
    List<Boolean> stopped) {

  /// {@return the report as one line of JSON; values that are not numbers are null}
  public String toJson() {
    String validation =
        validationLoss.isEmpty()
            ? ""
            : ",\"validation_loss\":"
                + numbers(validationLoss)
                + ",\"validation_accuracy\":"
                + numbers(validationAccuracy);
    return "{\"epoch\":"
        + epoch
        + ",\"epochs\":"
        + epochs
        + ",\"lr\":"
        + numbers(lr)
        + ",\"loss\":"
        + numbers(loss)
        + validation
        + ",\"best_epoch\":"
        + list(bestEpoch)
        + ",\"stopped\":"
        + list(stopped)
        + "}";
  }

  private static String numbers(List<Double> values) {
    return values.stream()
        .map(v -> Double.isFinite(v) ? v.toString() : "null")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String list(List<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"));
  }
}
