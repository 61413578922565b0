package io.maque.lab.cases;

/** What is asked of a picture; one row of an accuracy table each. */
public enum CaseKind {
  /** How many shapes there are: 1 to 5. */
  SHAPE_COUNT,
  /** How many shapes have a colour. */
  COLOUR_COUNT,
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
  /** A picture of nothing; the right answer says so. */
  UNCLEAR
}
