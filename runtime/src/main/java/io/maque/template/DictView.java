package io.maque.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What {@code dict.keys()}, {@code dict.values()} and {@code dict.items()} answer. */
record DictView(Dict dict, Kind kind) {
  enum Kind {
    KEYS("dict_keys"),
    VALUES("dict_values"),
    ITEMS("dict_items");

    final String typeName;

    Kind(String typeName) {
      this.typeName = typeName;
    }
  }

  Iterator<Object> iterator(Budget budget) {
    return list(budget).iterator();
  }

  List<Object> list(Budget budget) {
    List<Object> list = new ArrayList<>(dict.size());
    for (Dict.Entry entry : dict.entries()) {
      list.add(
          kind == Kind.KEYS
              ? entry.key()
              : kind == Kind.VALUES
                  ? entry.value()
                  : Sequence.tuple(budget, entry.key(), entry.value()));
    }
    return list;
  }
}
