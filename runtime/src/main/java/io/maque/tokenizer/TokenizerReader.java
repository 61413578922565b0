package io.maque.tokenizer;

import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufMetadata;
import io.maque.gguf.Quoted;
import io.maque.tokenizer.MergingTokenizer.Borders;
import io.maque.tokenizer.MergingTokenizer.Scheme;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Chooses the rules for a vocabulary from the metadata of its file. */
final class TokenizerReader {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";
  private static final int PHI3_ASSISTANT = 32001;

  private TokenizerReader() {}

  static Tokenizer read(GgufMetadata metadata) {
    String model =
        metadata
            .findString(MODEL)
            .orElseThrow(() ->
                new GgufFormatException(
                    "key %s: expected gpt2 or llama, found no such key; the file has no tokenizer"
                        .formatted(MODEL)));
    return switch (model) {
      case "gpt2" -> byteLevel(metadata);
      case "llama" -> sentencePiece(metadata);
      default ->
          throw new UnsupportedTokenizerException(
              "key %s: expected gpt2 (byte-level BPE) or llama (SentencePiece BPE), found %s"
                  .formatted(MODEL, Quoted.of(model)));
    };
  }

  private static Tokenizer byteLevel(GgufMetadata metadata) {
    String name = metadata.findString(PRE).orElse("no such key");
    PreTokenizer pre =
        PreTokenizer.find(name)
            .orElseThrow(() ->
                new UnsupportedTokenizerException(
                    ("key %s: expected one of %s, found %s; a file written before this key existed"
                            + " must be converted again")
                        .formatted(
                            PRE,
                            PreTokenizer.allNames().collect(Collectors.joining(", ")),
                            Quoted.of(name))));
    Vocabulary vocabulary = new Vocabulary(metadata, Spelling.BYTE_LEVEL);
    List<String> merges =
        metadata
            .findStrings(RankedMerges.MERGES)
            .orElseThrow(() ->
                new GgufFormatException(
                    "key %s: expected the merges of a byte-level vocabulary, found no such key"
                        .formatted(RankedMerges.MERGES)));
    Scheme scheme =
        new Scheme(
            Spelling.BYTE_LEVEL, pre.splitter(), pre.composes(), pre.wholePieces(), false, false);
    Borders borders =
        borders(
            metadata,
            vocabulary.id(metadata, "tokenizer.ggml.bos_token_id"),
            vocabulary.id(metadata, "tokenizer.ggml.eos_token_id"),
            vocabulary.endTokens(),
            pre.addsBos());
    return new MergingTokenizer(
        vocabulary, scheme, borders, () -> new RankedMerges(merges, vocabulary));
  }

  private static Tokenizer sentencePiece(GgufMetadata metadata) {
    Vocabulary vocabulary = new Vocabulary(metadata, Spelling.SENTENCE_PIECE);
    boolean phi3 = isPhi3(vocabulary);
    Set<Integer> ends = new TreeSet<>(vocabulary.endTokens());
    if (phi3) {
      ends.add(PHI3_ASSISTANT); // its generation_config.json stops there, too
    }
    Scheme scheme =
        new Scheme(
            Spelling.SENTENCE_PIECE,
            WordSplitter.of(vocabulary),
            false,
            false,
            metadata.findBoolean("tokenizer.ggml.add_space_prefix").orElse(true),
            phi3);
    Borders borders =
        borders(
            metadata,
            idOrSpelled(metadata, vocabulary, "bos", "<s>"),
            idOrSpelled(metadata, vocabulary, "eos", "</s>"),
            ends,
            true);
    return new MergingTokenizer(vocabulary, scheme, borders, () -> new ScoredMerges(vocabulary));
  }

  /**
   * Phi-3's special tokens swallow the white space after them, which no key of the file says.
   * llama.cpp decides by the name of the model; the vocabulary itself is surer, since fine-tunes
   * such as LLaVA-Phi-3 keep it under any name.
   */
  private static boolean isPhi3(Vocabulary vocabulary) {
    return vocabulary.find("<|assistant|>") == PHI3_ASSISTANT
        && vocabulary.find("<|end|>") == 32007
        && vocabulary.find("<|user|>") == 32010;
  }

  private static OptionalInt idOrSpelled(
      GgufMetadata metadata, Vocabulary vocabulary, String role, String spelling) {
    String key = "tokenizer.ggml." + role + "_token_id";
    int spelled = vocabulary.find(spelling);
    return metadata.contains(key) || spelled < 0
        ? vocabulary.id(metadata, key)
        : OptionalInt.of(spelled);
  }

  private static Borders borders(
      GgufMetadata metadata,
      OptionalInt bos,
      OptionalInt eos,
      Set<Integer> ends,
      boolean addsBosByDefault) {
    boolean addBos = adds(metadata, "bos", bos, addsBosByDefault && bos.isPresent());
    boolean addEos = adds(metadata, "eos", eos, false);
    return new Borders(bos, eos, addBos, addEos, Collections.unmodifiableSet(ends));
  }

  private static boolean adds(
      GgufMetadata metadata, String role, OptionalInt id, boolean byDefault) {
    String key = "tokenizer.ggml.add_" + role + "_token";
    boolean adds = metadata.findBoolean(key).orElse(byDefault);
    if (adds && id.isEmpty()) {
      throw new GgufFormatException(
          "key %s: expected false, found true in a vocabulary without %s_token_id"
              .formatted(key, role));
    }
    return adds;
  }
}
