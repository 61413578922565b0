package io.maque.lab.cases;

/**
 * What came of drawing: the picture, the question and its answer.
 *
 * @param sketch the finished picture
 * @param question in the language that was asked for
 * @param answer in the same language
 */
record Scene(Sketch sketch, String question, String answer) {}
