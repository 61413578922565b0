package io.maque.lab.cases;

/** The languages of questions and answers. */
public enum Language {
  /** English. */
  EN("en", ", "),
  /** Chinese. */
  ZH("zh", "、");

  private final String key;
  private final String comma;

  Language(String key, String comma) {
    this.key = key;
    this.comma = comma;
  }

  /** The field of the language in the data. */
  String key() {
    return key;
  }

  /** What stands between the entries of an answer. */
  String comma() {
    return comma;
  }
}
