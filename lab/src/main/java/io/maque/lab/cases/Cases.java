package io.maque.lab.cases;

import java.util.SplittableRandom;

/** Makes cases. The same kind, language and seed give the same case wherever the same fonts are. */
public final class Cases {
  private final Texts texts = new Texts();
  private final Typefaces fonts;

  /**
   * @param fonts what text is printed in
   */
  public Cases(Typefaces fonts) {
    this.fonts = fonts;
  }

  /** The case of this kind in this language with this seed. */
  public Case get(CaseKind kind, Language language, long seed) {
    SplittableRandom random =
        new SplittableRandom(seed * 31 * 31 + kind.ordinal() * 31L + language.ordinal());
    Scene scene = draw(kind, language, random);
    return new Case(
        kind,
        language,
        scene.sketch().map(Sketch::png),
        scene.question(),
        scene.answer(),
        scene.choices());
  }

  private Scene draw(CaseKind kind, Language language, SplittableRandom random) {
    return switch (kind) {
      case SHAPE_COUNT,
          COLOUR_COUNT,
          KIND_COUNT,
          SHAPE_COLOUR,
          SHAPE_KIND,
          SHAPE_PLACE,
          SHAPE_EXISTS,
          ABSENT ->
          ShapeScenes.draw(texts, random, language, kind);
      case WORD -> TextScenes.word(texts, fonts, random, language);
      case NUMBER -> TextScenes.number(texts, fonts, random, language);
      case PHRASE -> TextScenes.phrase(texts, fonts, random, language);
      case TABLE_CELL -> TableScenes.table(texts, fonts, random, language);
      case INVOICE_TOTAL -> TableScenes.invoice(texts, fonts, random, language);
      case CHART_HIGHEST, CHART_LOWEST, CHART_VALUE, CHART_TREND ->
          ChartScenes.draw(texts, fonts, random, language, kind);
      case SIGN -> SignScenes.sign(texts, random, language);
      case UNCLEAR -> BlurScenes.draw(texts, random, language);
      case PICTURELESS -> TalkScenes.pictureless(texts, random, language);
      case TALK -> TalkScenes.talk(texts, random, language);
    };
  }
}
