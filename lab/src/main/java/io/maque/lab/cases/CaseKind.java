package io.maque.lab.cases;

/** What is asked of a picture; one row of an accuracy table each. */
public enum CaseKind {
  /** How many shapes there are: 1 to 5. */
  SHAPE_COUNT,
  /** How many shapes have a colour: 1 to 5. */
  COLOUR_COUNT,
  /** How many shapes are of a kind: 1 to 5. */
  KIND_COUNT,
  /** The colour of the only shape of its kind. */
  SHAPE_COLOUR,
  /** The shape that has a colour alone. */
  SHAPE_KIND,
  /** In which ninth of the picture a shape is. */
  SHAPE_PLACE,
  /** Whether there is such a shape in such a colour. */
  SHAPE_EXISTS,
  /** A printed word of up to 8 letters. */
  WORD,
  /** A printed number of up to 8 digits. */
  NUMBER,
  /** A short printed Chinese phrase. */
  PHRASE,
  /** An entry of a table by its row and column. */
  TABLE_CELL,
  /** The total of an invoice. */
  INVOICE_TOTAL,
  /** The label of a chart's highest value. */
  CHART_HIGHEST,
  /** The label of a chart's lowest value. */
  CHART_LOWEST,
  /** A value that is printed in a chart. */
  CHART_VALUE,
  /** How a line develops. */
  CHART_TREND,
  /** What a sign means. */
  SIGN,
  /** Anything, of a picture of nothing; the right answer says so. */
  UNCLEAR,
  /** Something that is not in the picture; the right answer says so. */
  ABSENT,
  /** Anything about a picture that was not given; the right answer says so. */
  PICTURELESS,
  /** Small talk, and questions about the world; without a picture. */
  TALK
}
