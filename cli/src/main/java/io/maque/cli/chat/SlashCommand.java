package io.maque.cli.chat;

import java.util.Arrays;
import java.util.Optional;

/** What can be said to the program itself. */
enum SlashCommand {
  HELP("/help", "", "show this"),
  SYSTEM("/system", "TEXT", "give the model instructions; without TEXT takes them back"),
  IMAGE("/image", "FILE", "look at a picture with the next question; may be repeated"),
  RESET("/reset", "", "forget the conversation, keep the instructions"),
  SAVE("/save", "FILE", "write a new file, JSON if it ends in .json, else Markdown"),
  STATS("/stats", "", "show figures after each answer, or stop that"),
  EXIT("/exit", "", "end the program (as Ctrl-D)");

  private final String word;
  private final String argument;
  private final String purpose;

  SlashCommand(String word, String argument, String purpose) {
    this.word = word;
    this.argument = argument;
    this.purpose = purpose;
  }

  /** The command of a line such as {@code /save notes.md}, or empty. */
  static Optional<SlashCommand> find(String line) {
    String first = line.split("\\s", 2)[0];
    return Arrays.stream(values()).filter(command -> command.word.equals(first)).findFirst();
  }

  /** What follows the word. */
  String argumentOf(String line) {
    return line.substring(word.length()).strip();
  }

  String word() {
    return word;
  }

  String helpLine() {
    return String.format("%-14s %s", (word + " " + argument).strip(), purpose);
  }
}
