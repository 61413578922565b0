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

  /** Its code, {@code en} or {@code zh}: the field of the language in data. */
  public String key() {
    return key;
  }

  /** What stands between the entries of an answer. */
  String comma() {
    return comma;
  }
}
