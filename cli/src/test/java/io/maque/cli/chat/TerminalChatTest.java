package io.maque.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.chat.Message;
import io.maque.generate.Prompt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A person at a terminal: keys go through JLine's line discipline, as through that of a tty. */
@Timeout(60)
class TerminalChatTest {
  private static final long POLL_MILLIS = 5;
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";
  private static final String BACKSPACE = "\u007f";
  private static final String LEFT = "\u001bOD";

  @TempDir private Path folder;

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final ScriptedModel model = new ScriptedModel();
  private LineDisciplineTerminal terminal;
  private Thread session;

  @BeforeEach
  void openTerminal() throws IOException {
    terminal = new LineDisciplineTerminal("test", "xterm", screen, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(80, 24));
  }

  @AfterEach
  void endSession() throws InterruptedException {
    if (session != null) {
      session.interrupt();
      session.join();
    }
  }

  @Test
  void streamsTheAnswerAndKeepsTheConversation() throws Exception {
    model.answering("Hel", "lo").answering("again");
    begin();

    type("hi\r");
    awaitOnScreen("Hello");
    type("more\r");
    awaitOnScreen("again");
    end();

    assertThat(asked(1))
        .containsExactly(Message.user("hi"), Message.assistant("Hello"), Message.user("more"));
  }

  @Test
  void chineseIsEditedCharacterByCharacter() throws Exception {
    model.answering("你", "好！");
    begin();

    type("麻雀虽小" + LEFT + LEFT + BACKSPACE + "\r");
    awaitOnScreen("你好！");
    end();

    assertThat(asked(0)).containsExactly(Message.user("麻虽小"));
  }

  @Test
  void ctrlCStopsTheAnswerOnly() throws Exception {
    model.answering("partial", ScriptedModel.FOR_EVER).answering("second");
    begin();

    type("tell me all\r");
    awaitOnScreen("partial");
    type(CTRL_C);
    awaitOnScreen("(stopped)");
    type("go on\r");
    awaitOnScreen("second");
    end();

    assertThat(asked(1))
        .as("what was said stays said")
        .containsExactly(
            Message.user("tell me all"), Message.assistant("partial"), Message.user("go on"));
  }

  @Test
  void ctrlCAtThePromptClearsTheLine() throws Exception {
    model.answering("fine");
    begin();

    type("never mind");
    awaitOnScreen("never mind");
    type(CTRL_C);
    awaitPrompts(2);
    type("hi\r");
    awaitOnScreen("fine");
    end();

    assertThat(asked(0)).containsExactly(Message.user("hi"));
  }

  @Test
  void quotesHoldSeveralLinesTogether() throws Exception {
    model.answering("ok");
    begin();

    type("\"\"\"one\rtwo \\ 'three'\"\"\"\r");
    awaitOnScreen("ok");
    end();

    assertThat(asked(0)).containsExactly(Message.user("one\ntwo \\ 'three'"));
  }

  @Test
  void pastedLinesAreOneTurn() throws Exception {
    model.answering("ok");
    begin();

    type("\u001b[200~one\rtwo\u001b[201~\r");
    awaitOnScreen("ok");
    end();

    assertThat(asked(0)).containsExactly(Message.user("one\ntwo"));
  }

  @Test
  void controlCharactersOfTheModelDoNotReachTheTerminal() throws Exception {
    model.answering("\u001b]0;owned\u0007", "done");
    begin();

    type("hi\r");
    awaitOnScreen("done");
    end();

    assertThat(shown()).doesNotContain("\u001b]0;").contains("\u241b]0;owned\u2407");
  }

  @Test
  void slashCommandsDoWhatHelpSays() throws Exception {
    Path file = folder.resolve("talk.json");
    Files.createFile(folder.resolve("taken.md"));
    model.answering("Salut").answering("Ciao");
    begin();

    type("/system Answer in French.\r");
    awaitOnScreen("instructions taken");
    type("hi\r");
    awaitOnScreen("Salut");
    type("/stats\r");
    awaitOnScreen("2 cached; answer 1 at");
    type("/save " + file + "\r");
    awaitOnScreen("saved to");
    type("/save " + folder.resolve("taken.md") + "\r");
    awaitOnScreen("exists already");
    type("/reset\r");
    awaitOnScreen("begins anew");
    type("/nonsense\r");
    awaitOnScreen("there is no command /nonsense");
    type("hi\r");
    awaitOnScreen("Ciao");
    type("/exit\r");
    session.join();

    assertThat(asked(0)).containsExactly(Message.system("Answer in French."), Message.user("hi"));
    assertThat(asked(1)).containsExactly(Message.system("Answer in French."), Message.user("hi"));
    assertThat(file)
        .hasContent(
            """
            {"messages":[{"role":"system","content":"Answer in French."},\
            {"role":"user","content":"hi"},{"role":"assistant","content":"Salut"}]}
            """);
  }

  private void begin() throws InterruptedException {
    TerminalScreen chatScreen = new TerminalScreen(terminal, folder.resolve("history"));
    session =
        new Thread(
            () -> new ChatSession(model, chatScreen, UnaryOperator.identity(), "").run(), "chat");
    session.start();
    awaitPrompts(1);
  }

  private void end() throws InterruptedException, IOException {
    type(CTRL_D);
    session.join();
  }

  private void type(String keys) throws IOException {
    terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
  }

  private List<Message> asked(int turn) {
    return ((Prompt.Chat) model.requests.get(turn).prompt()).messages();
  }

  private String shown() {
    return screen.toString(StandardCharsets.UTF_8);
  }

  private void awaitOnScreen(String text) throws InterruptedException {
    while (!shown().contains(text)) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void awaitPrompts(int count) throws InterruptedException {
    while (shown().split("> ", -1).length <= count) {
      Thread.sleep(POLL_MILLIS);
    }
  }
}
