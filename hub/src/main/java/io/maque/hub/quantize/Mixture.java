package io.maque.hub.quantize;

import io.maque.gguf.GgufMetadata;
import io.maque.tensor.TensorType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which format each tensor of a file gets: the rules of llama.cpp's {@code llama-quant.cpp} without
 * an importance matrix, for models without experts.
 *
 * <ol>
 *   <li>Vectors, norms, positions and other small or delicate tensors stay as they are.
 *   <li>The output matrix, or the token embedding that serves as one, gets Q6_K, or Q8_0 in a file
 *       of Q8_0.
 *   <li>V (or fused QKV) and the FFN's down projection get Q6_K in half of the layers of a K_M
 *       file: the first and last eighth and every third between. In a Q4_K_S file the first few get
 *       Q5_K.
 *   <li>The rest gets the file type's usual format.
 *   <li>A K format whose blocks of 256 do not divide a row gives way to one of blocks of 32, and
 *       where these do not fit either, to F16.
 * </ol>
 *
 * Layers are counted as the reference does, tensors sorted by block number and name: in an image
 * encoder, whose names carry no number that it understands, {@code v.blk.10} precedes {@code
 * v.blk.2}, and no layer count is known, so that each down projection gets more bits.
 */
public final class Mixture {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\..*");

  /** What a name of a tensor that stays as it is contains. */
  private static final List<String> KEPT =
      List.of(
          "_norm.weight",
          ".position_embd",
          ".patch_embd",
          ".patch_merger",
          ".rel_pos",
          "attn_rel_b.weight",
          "ffn_gate_inp.weight",
          "altup",
          "laurel",
          "per_layer_model_proj",
          "ssm_conv1d",
          "shortconv.conv.weight",
          "time_mix_first.weight",
          "time_mix_w0.weight",
          "time_mix_w1.weight",
          "time_mix_w2.weight",
          "time_mix_v0.weight",
          "time_mix_v1.weight",
          "time_mix_v2.weight",
          "time_mix_a0.weight",
          "time_mix_a1.weight",
          "time_mix_a2.weight",
          "time_mix_g1.weight",
          "time_mix_g2.weight",
          "time_mix_decay_w1.weight",
          "time_mix_decay_w2.weight",
          "time_mix_lerp_fused.weight");

  private static final List<String> KEPT_WHOLE =
      List.of("position_embd.weight", "token_types.weight");

  /** Models of this many layers share each V among eight heads: small, and worth more bits. */
  private static final int LAYERS_OF_70B = 80;

  /** What a tensor is to the rules. */
  private enum Role {
    OUTPUT,
    TOKEN_EMBD,
    ATTN_V,
    FFN_DOWN,
    OTHER;

    static Role of(String name) {
      if (name.equals("output.weight")) {
        return OUTPUT;
      }
      if (name.equals("token_embd.weight") || name.equals("per_layer_token_embd.weight")) {
        return TOKEN_EMBD;
      }
      if (name.contains("attn_qkv.weight")
          || name.contains("attn_kv_b.weight")
          || name.contains("attn_v.weight")) {
        return ATTN_V;
      }
      return name.contains("ffn_down") ? FFN_DOWN : OTHER;
    }
  }

  private final FileType fileType;
  private final int layers;
  private final boolean seventyB;
  private final boolean tied;
  private final int attnVs;
  private final Map<String, TensorType> types = new HashMap<>();
  private int attnVsSeen;
  private int ffnDownsSeen;
  private int gaveWay;

  /**
   * Chooses for all tensors of a file.
   *
   * @throws QuantizeException for a model with experts
   */
  public Mixture(FileType fileType, GgufMetadata metadata, List<WeightSource> tensors) {
    this.fileType = fileType;
    String architecture = metadata.findString("general.architecture").orElse("");
    refuseExperts(architecture, metadata);
    this.layers = Math.toIntExact(metadata.findInteger(architecture + ".block_count").orElse(0L));
    this.seventyB = isSeventyB(architecture, metadata);
    this.tied = tensors.stream().noneMatch(tensor -> Role.of(tensor.name()) == Role.OUTPUT);
    this.attnVs =
        (int) tensors.stream().filter(tensor -> Role.of(tensor.name()) == Role.ATTN_V).count();
    tensors.stream()
        .sorted(Comparator.comparingInt(Mixture::block).thenComparing(WeightSource::name))
        .forEach(tensor -> types.put(tensor.name(), choose(tensor)));
  }

  private static void refuseExperts(String architecture, GgufMetadata metadata) {
    long experts = metadata.findInteger(architecture + ".expert_count").orElse(0L);
    if (experts > 0) {
      throw new QuantizeException(
          "key %s.expert_count: expected a model without experts, found %d; Maque neither runs nor quantises such models"
              .formatted(architecture, experts));
    }
  }

  private boolean isSeventyB(String architecture, GgufMetadata metadata) {
    if (layers != LAYERS_OF_70B) {
      return false;
    }
    String heads = architecture + ".attention.head_count";
    return switch (architecture) {
      case "qwen2" -> true;
      case "llama" -> !metadata.findInteger(heads).equals(metadata.findInteger(heads + "_kv"));
      default -> false;
    };
  }

  /** The format of the tensor called {@code name}. */
  public TensorType type(String name) {
    return types.get(name);
  }

  /** How many tensors got another format than the rules meant because of their rows' length. */
  public int gaveWay() {
    return gaveWay;
  }

  private static int block(WeightSource tensor) {
    Matcher matcher = BLOCK.matcher(tensor.name());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private TensorType choose(WeightSource tensor) {
    if (!mayChange(tensor)) {
      return tensor.type();
    }
    TensorType wanted =
        switch (Role.of(tensor.name())) {
          case OUTPUT -> output();
          case TOKEN_EMBD -> tied ? output() : fileType.usual();
          case ATTN_V -> attnV(attnVsSeen++);
          case FFN_DOWN -> ffnDown(ffnDownsSeen++);
          case OTHER -> fileType.usual();
        };
    TensorType type = fitting(wanted, tensor.shape().columns());
    gaveWay += type == wanted ? 0 : 1;
    return type;
  }

  private static boolean mayChange(WeightSource tensor) {
    String name = tensor.name();
    return tensor.shape().rows() > 1
        && name.endsWith("weight")
        && !KEPT_WHOLE.contains(name)
        && KEPT.stream().noneMatch(name::contains);
  }

  private TensorType output() {
    return fileType == FileType.Q8_0 ? TensorType.Q8_0 : TensorType.Q6_K;
  }

  private TensorType attnV(int index) {
    TensorType type =
        switch (fileType) {
          case Q4_K_M, Q5_K_M -> deservesMore(index, attnVs) ? TensorType.Q6_K : fileType.usual();
          case Q4_K_S -> index < 4 ? TensorType.Q5_K : fileType.usual();
          default -> fileType.usual();
        };
    return seventyB && type == TensorType.Q4_K ? TensorType.Q5_K : type;
  }

  private TensorType ffnDown(int index) {
    return switch (fileType) {
      case Q4_K_M, Q5_K_M -> deservesMore(index, layers) ? TensorType.Q6_K : fileType.usual();
      case Q4_K_S -> index < layers / 8 ? TensorType.Q5_K : fileType.usual();
      default -> fileType.usual();
    };
  }

  private static boolean deservesMore(int index, int count) {
    return index < count / 8 || index >= 7 * count / 8 || (index - count / 8) % 3 == 2;
  }

  private static TensorType fitting(TensorType wanted, long columns) {
    if (columns % wanted.blockSize() == 0) {
      return wanted;
    }
    TensorType smaller =
        switch (wanted) {
          case Q4_K -> TensorType.Q5_0;
          case Q5_K -> TensorType.Q5_1;
          case Q6_K -> TensorType.Q8_0;
          default -> wanted;
        };
    return columns % smaller.blockSize() == 0 ? smaller : TensorType.F16;
  }
}
