package dev.tutti.nn.data.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The different texts of one column, numbered in the order in which they come; afterwards sorted,
/// as numbers if all are integers, else as texts.
final class CsvTexts {
  static final int MOST = 1 << 16;

  /// The number of a text that is not one of a fixed list.
  static final int UNKNOWN = -1;

  /// The number of a text that is one too many.
  static final int TOO_MANY = -2;

  /// Roughly the memory that the map of a column and its lists take for one text.
  private static final long OWN_BYTES = 512;

  private final Map<String, Integer> codes = new HashMap<>();
  private final Charge charge;
  private final boolean fixed;
  private final int known;

  /// Texts that are to be learnt from the column.
  CsvTexts(Charge charge) {
    charge.add(OWN_BYTES);
    this.charge = charge;
    this.fixed = false;
    this.known = 0;
  }

  /// The texts of another table, in this order.
  ///
  /// @param growing whether others may follow them
  CsvTexts(Charge charge, List<String> known, boolean growing) {
    charge.add(OWN_BYTES);
    this.charge = charge;
    this.fixed = !growing;
    this.known = known.size();
    known.forEach(text -> codes.put(text, codes.size()));
  }

  int code(String text) {
    Integer code = codes.get(text);
    if (code != null) {
      return code;
    }
    if (fixed) {
      return UNKNOWN;
    }
    if (codes.size() == MOST) {
      return TOO_MANY;
    }
    charge.add(Charge.text(text.length()) + 64);
    codes.put(text, codes.size());
    return codes.size() - 1;
  }

  /// The texts of the other table in its order, then the new ones, sorted.
  List<String> inOrder() {
    List<String> texts = new ArrayList<>(codes.keySet());
    texts.sort(Comparator.comparing(codes::get));
    List<String> added = texts.subList(known, texts.size());
    Comparator<String> byText = Comparator.naturalOrder();
    // "1", "01" and "+1" are different texts, so equal numbers fall back on these.
    Comparator<String> byNumber = Comparator.comparingLong(Long::parseLong);
    boolean integers = added.stream().allMatch(Decimals::isInteger);
    added.sort(integers ? byNumber.thenComparing(byText) : byText);
    return texts;
  }

  /// For each number that [#code] gave, the place in `order`.
  int[] places(List<String> order) {
    int[] places = new int[order.size()];
    for (int i = 0; i < places.length; i++) {
      places[codes.get(order.get(i))] = i;
    }
    return places;
  }
}
