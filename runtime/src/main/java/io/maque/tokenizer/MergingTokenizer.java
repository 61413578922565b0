package io.maque.tokenizer;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The tokenizer of both kinds of vocabulary: special tokens, pieces, joins, bytes; see the package.
 */
final class MergingTokenizer implements Tokenizer {
  /** Texts beyond this are refused: no context is as long, and indexes of bytes stay ints. */
  private static final int MAX_CHARACTERS = 1 << 28;

  /**
   * What distinguishes one vocabulary's rules from another's.
   *
   * @param spelling the kind of vocabulary
   * @param splitter cuts text into pieces
   * @param composes whether text is brought to Unicode form NFC
   * @param wholePieces whether a piece that is a token is that token whatever the merges say
   * @param spacePrefix whether text at the beginning and after a special token gets a space
   * @param swallowsSpace whether white space after a special token belongs to it (Phi-3)
   */
  record Scheme(
      Spelling spelling,
      Splitter splitter,
      boolean composes,
      boolean wholePieces,
      boolean spacePrefix,
      boolean swallowsSpace) {}

  /** The ids with a role at the borders of a text. */
  record Borders(
      OptionalInt bos, OptionalInt eos, boolean addBos, boolean addEos, Set<Integer> endTokens) {}

  /** Phi-3's tokens that leave the white space after them alone. */
  private static final Set<String> SPACE_KEEPERS = Set.of("<unk>", "<s>", "<|endoftext|>");

  private final Vocabulary vocabulary;
  private final Scheme scheme;
  private final Borders borders;
  private final SpecialTokens specials;
  private final Supplier<MergeRules> readRules;

  /** Shared by all calls without a lock: whoever finds out writes the same {@code true}. */
  private final boolean[] mergesToItself;

  private volatile MergeRules rules;

  /**
   * A tokenizer.
   *
   * @param readRules called once, by the first thread that encodes
   */
  MergingTokenizer(
      Vocabulary vocabulary, Scheme scheme, Borders borders, Supplier<MergeRules> readRules) {
    this.vocabulary = vocabulary;
    this.scheme = scheme;
    this.borders = borders;
    this.specials = new SpecialTokens(vocabulary, scheme.spelling());
    this.readRules = readRules;
    this.mergesToItself = new boolean[vocabulary.size()];
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public String piece(int id) {
    vocabulary.checkId(id);
    return vocabulary.piece(id);
  }

  @Override
  public byte[] bytes(int id) {
    vocabulary.checkId(id);
    return vocabulary.hasText(id) ? vocabulary.text(id) : new byte[0];
  }

  @Override
  public TokenType type(int id) {
    vocabulary.checkId(id);
    return vocabulary.type(id);
  }

  @Override
  public OptionalInt find(String piece) {
    int id = vocabulary.find(piece);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public int[] encode(String text, Special special) {
    return encode(List.of(new TextSegment(text, special)));
  }

  @Override
  public int[] encode(List<TextSegment> segments) {
    SegmentedText joined = SegmentedText.join(segments, MAX_CHARACTERS);
    String text = scheme.spelling().inText(joined.text());
    PieceEncoder encoder = new PieceEncoder(scheme, vocabulary, rules(), mergesToItself);
    int plain = 0;
    int at = 0;
    while (at < text.length()) {
      int match = specials.match(text, at, joined.parseEnd(at));
      if (match < 0) {
        at++;
        continue;
      }
      encoder.addText(text, plain, at);
      encoder.add(specials.id(match));
      at += specials.length(match);
      if (scheme.swallowsSpace() && !isSpaceKeeper(specials.id(match))) {
        // In the text as it was given: a written U+2581 is no white space.
        at = afterSpace(joined.text(), at);
      }
      plain = at;
    }
    encoder.addText(text, plain, text.length());
    return encoder.ids();
  }

  private boolean isSpaceKeeper(int id) {
    return SPACE_KEEPERS.contains(vocabulary.piece(id));
  }

  private static int afterSpace(String text, int from) {
    int at = from;
    while (at < text.length() && CharClass.isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private MergeRules rules() {
    MergeRules read = rules;
    if (read == null) {
      synchronized (readRules) {
        read = rules;
        if (read == null) {
          read = readRules.get();
          rules = read;
        }
      }
    }
    return read;
  }

  @Override
  public OptionalInt bos() {
    return borders.bos();
  }

  @Override
  public OptionalInt eos() {
    return borders.eos();
  }

  @Override
  public boolean addBos() {
    return borders.addBos();
  }

  @Override
  public boolean addEos() {
    return borders.addEos();
  }

  @Override
  public Set<Integer> endTokens() {
    return borders.endTokens();
  }

  @Override
  public TokenDecoder decoder() {
    return new TokenDecoder(vocabulary, scheme.spacePrefix());
  }

  @Override
  public TokenDecoder continuation() {
    return new TokenDecoder(vocabulary, false);
  }

  @Override
  public String decode(int[] ids) {
    TokenDecoder decoder = decoder();
    StringBuilder text = new StringBuilder(4 * ids.length);
    for (int id : ids) {
      text.append(decoder.accept(id));
    }
    return text.append(decoder.flush()).toString();
  }
}
