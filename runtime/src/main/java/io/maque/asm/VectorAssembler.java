package io.maque.asm;

import static io.maque.asm.VectorOps.*;

/**
 * AVX2, FMA, F16C, AVX-VNNI and AVX-512 instructions (Intel manual, volume 2), destination first.
 * Methods carry the instruction's mnemonic; what an instruction does is said there. The width is
 * that of the registers given.
 */
public final class VectorAssembler extends VectorEncoder {

  /** For every CPU with the instructions that are called for. */
  public VectorAssembler() {
    this(true);
  }

  private VectorAssembler(boolean avx512) {
    super(avx512);
  }

  /**
   * For CPUs without AVX-512: refuses whatever has no VEX encoding, such as registers 16 and above,
   * 512 bits, masks and broadcasting operands.
   */
  public static VectorAssembler withoutAvx512() {
    return new VectorAssembler(false);
  }

  // Moves

  public void vmovups(Vec target, Vec source) {
    encodeMove(VMOVUPS, VMOVUPS_STORE, target, source);
  }

  public void vmovups(Vec target, Memory source) {
    encode(VMOVUPS, target, null, source);
  }

  public void vmovups(Memory target, Vec source) {
    encodeStore(VMOVUPS_STORE, target, source);
  }

  public void vmovdqu(Vec target, Memory source) {
    encode(VMOVDQU, target, null, source);
  }

  public void vmovd(Memory target, Vec source) {
    encodeStore(VMOVD_STORE, target, source);
  }

  /** Elements whose sign is not set in {@code selector} are neither read nor written. */
  public void vmaskmovps(Vec target, Vec selector, Memory source) {
    encode(VMASKMOVPS, target, selector, source);
  }

  public void vmaskmovps(Memory target, Vec selector, Vec source) {
    encodeStore(VMASKMOVPS_STORE, target, selector, source);
  }

  public void vmovss(Vec target, Memory source) {
    encode(VMOVSS, target, null, source);
  }

  public void vmovss(Memory target, Vec source) {
    encodeStore(VMOVSS_STORE, target, source);
  }

  // Broadcasts

  public void vbroadcastss(Vec target, Vec source) {
    encode(VBROADCASTSS, target, null, source);
  }

  public void vbroadcastss(Vec target, Memory source) {
    encode(VBROADCASTSS, target, null, source);
  }

  public void vpbroadcastd(Vec target, Memory source) {
    encode(VPBROADCASTD, target, null, source);
  }

  public void vpbroadcastw(Vec target, Memory source) {
    encode(VPBROADCASTW, target, null, source);
  }

  // Conversions

  public void vcvtph2ps(Vec target, Vec source) {
    encode(VCVTPH2PS, target, null, source);
  }

  public void vcvtph2ps(Vec target, Memory source) {
    encode(VCVTPH2PS, target, null, source);
  }

  /** The immediate says how to round; 0 is to nearest, ties to even. */
  public void vcvtps2ph(Vec target, Vec source, int immediate) {
    encodeStore(VCVTPS2PH_STORE, target, source, immediate);
  }

  public void vcvtps2ph(Memory target, Vec source, int immediate) {
    encodeStore(VCVTPS2PH_STORE, target, source, immediate);
  }

  public void vcvtdq2ps(Vec target, Vec source) {
    encode(VCVTDQ2PS, target, null, source);
  }

  public void vcvtps2dq(Vec target, Vec source) {
    encode(VCVTPS2DQ, target, null, source);
  }

  /** As {@link #vcvtps2dq}, but towards zero. */
  public void vcvttps2dq(Vec target, Vec source) {
    encode(VCVTTPS2DQ, target, null, source);
  }

  public void vpmovsxbd(Vec target, Memory source) {
    encode(VPMOVSXBD, target, null, source);
  }

  public void vpmovzxwd(Vec target, Memory source) {
    encode(VPMOVZXWD, target, null, source);
  }

  // Floating point

  public void vaddps(Vec target, Vec a, Vec b) {
    encode(VADDPS, target, a, b);
  }

  public void vaddps(Vec target, Vec a, Memory b) {
    encode(VADDPS, target, a, b);
  }

  public void vmulps(Vec target, Vec a, Vec b) {
    encode(VMULPS, target, a, b);
  }

  public void vmulps(Vec target, Vec a, Memory b) {
    encode(VMULPS, target, a, b);
  }

  public void vsubps(Vec target, Vec a, Vec b) {
    encode(VSUBPS, target, a, b);
  }

  public void vminps(Vec target, Vec a, Vec b) {
    encode(VMINPS, target, a, b);
  }

  public void vdivps(Vec target, Vec a, Vec b) {
    encode(VDIVPS, target, a, b);
  }

  public void vmaxps(Vec target, Vec a, Vec b) {
    encode(VMAXPS, target, a, b);
  }

  public void vsqrtps(Vec target, Vec source) {
    encode(VSQRTPS, target, null, source);
  }

  public void vfmadd231ps(Vec target, Vec a, Vec b) {
    encode(VFMADD231PS, target, a, b);
  }

  public void vfmadd231ps(Vec target, Vec a, Memory b) {
    encode(VFMADD231PS, target, a, b);
  }

  public void vfmadd213ps(Vec target, Vec a, Vec b) {
    encode(VFMADD213PS, target, a, b);
  }

  public void vfmadd213ps(Vec target, Vec a, Memory b) {
    encode(VFMADD213PS, target, a, b);
  }

  public void vfnmadd231ps(Vec target, Vec a, Memory b) {
    encode(VFNMADD231PS, target, a, b);
  }

  public void vdpbf16ps(Vec target, Vec a, Vec b) {
    encode(VDPBF16PS, target, a, b);
  }

  // Integers

  public void vpaddb(Vec target, Vec a, Vec b) {
    encode(VPADDB, target, a, b);
  }

  public void vpaddw(Vec target, Vec a, Vec b) {
    encode(VPADDW, target, a, b);
  }

  public void vpaddd(Vec target, Vec a, Vec b) {
    encode(VPADDD, target, a, b);
  }

  public void vpaddd(Vec target, Vec a, Memory b) {
    encode(VPADDD, target, a, b);
  }

  public void vpsubd(Vec target, Vec a, Vec b) {
    encode(VPSUBD, target, a, b);
  }

  public void vpsubb(Vec target, Vec a, Memory b) {
    encode(VPSUBB, target, a, b);
  }

  public void vpmaddwd(Vec target, Vec a, Vec b) {
    encode(VPMADDWD, target, a, b);
  }

  public void vpmaddwd(Vec target, Vec a, Memory b) {
    encode(VPMADDWD, target, a, b);
  }

  public void vpmaddubsw(Vec target, Vec a, Vec b) {
    encode(VPMADDUBSW, target, a, b);
  }

  public void vpmaxsd(Vec target, Vec a, Vec b) {
    encode(VPMAXSD, target, a, b);
  }

  public void vpmaxsd(Vec target, Vec a, Memory b) {
    encode(VPMAXSD, target, a, b);
  }

  public void vpackssdw(Vec target, Vec a, Vec b) {
    encode(VPACKSSDW, target, a, b);
  }

  public void vpacksswb(Vec target, Vec a, Vec b) {
    encode(VPACKSSWB, target, a, b);
  }

  public void vpsignb(Vec target, Vec a, Vec b) {
    encode(VPSIGNB, target, a, b);
  }

  public void vpsignb(Vec target, Vec a, Memory b) {
    encode(VPSIGNB, target, a, b);
  }

  public void vpabsb(Vec target, Memory source) {
    encode(VPABSB, target, null, source);
  }

  public void vpdpbusd(Vec target, Vec a, Vec b) {
    encode(VPDPBUSD, target, a, b);
  }

  public void vpdpbusd(Vec target, Vec a, Memory b) {
    encode(VPDPBUSD, target, a, b);
  }

  // Bits

  public void vpxor(Vec target, Vec a, Vec b) {
    encode(VPXOR, target, a, b);
  }

  public void vandps(Vec target, Vec a, Vec b) {
    encode(VANDPS, target, a, b);
  }

  public void vandps(Vec target, Vec a, Memory b) {
    encode(VANDPS, target, a, b);
  }

  public void vorps(Vec target, Vec a, Vec b) {
    encode(VORPS, target, a, b);
  }

  public void vxorps(Vec target, Vec a, Vec b) {
    encode(VXORPS, target, a, b);
  }

  public void vxorps(Vec target, Vec a, Memory b) {
    encode(VXORPS, target, a, b);
  }

  public void vpsrlw(Vec target, Vec source, int bits) {
    encodeExtended(VPSRLW, 2, target, source, bits);
  }

  public void vpsllw(Vec target, Vec source, int bits) {
    encodeExtended(VPSLLW, 6, target, source, bits);
  }

  public void vpsrld(Vec target, Vec source, int bits) {
    encodeExtended(VPSRLD, 2, target, source, bits);
  }

  public void vpslld(Vec target, Vec source, int bits) {
    encodeExtended(VPSLLD, 6, target, source, bits);
  }

  public void vpsrad(Vec target, Vec source, int bits) {
    encodeExtended(VPSRAD, 4, target, source, bits);
  }

  // Rearrangement

  public void vpshufb(Vec target, Vec a, Vec b) {
    encode(VPSHUFB, target, a, b);
  }

  public void vpshufb(Vec target, Vec a, Memory b) {
    encode(VPSHUFB, target, a, b);
  }

  public void vpshufd(Vec target, Vec source, int immediate) {
    encode(VPSHUFD, target, null, source, immediate);
  }

  public void vpermd(Vec target, Vec a, Vec b) {
    encode(VPERMD, target, a, b);
  }

  public void vpermps(Vec target, Vec a, Vec b) {
    encode(VPERMPS, target, a, b);
  }

  public void vpermq(Vec target, Vec source, int immediate) {
    encode(VPERMQ, target, null, source, immediate);
  }

  public void vperm2f128(Vec target, Vec a, Vec b, int immediate) {
    encode(VPERM2F128, target, a, b, immediate);
  }

  public void vpinsrw(Vec target, Vec a, Memory b, int immediate) {
    encode(VPINSRW, target, a, b, immediate);
  }

  public void vpextrw(Memory target, Vec source, int immediate) {
    encodeStore(VPEXTRW_STORE, target, source, immediate);
  }

  public void vpunpckldq(Vec target, Vec a, Vec b) {
    encode(VPUNPCKLDQ, target, a, b);
  }

  public void vpunpckhdq(Vec target, Vec a, Vec b) {
    encode(VPUNPCKHDQ, target, a, b);
  }

  public void vpunpcklqdq(Vec target, Vec a, Vec b) {
    encode(VPUNPCKLQDQ, target, a, b);
  }

  public void vpunpckhqdq(Vec target, Vec a, Vec b) {
    encode(VPUNPCKHQDQ, target, a, b);
  }

  public void vinserti128(Vec target, Vec a, Memory b, int immediate) {
    encode(VINSERTI128, target, a, b, immediate);
  }

  public void vinserti32x4(Vec target, Vec a, Memory b, int immediate) {
    encode(VINSERTI32X4, target, a, b, immediate);
  }

  public void vinserti64x4(Vec target, Vec a, Memory b, int immediate) {
    encode(VINSERTI64X4, target, a, b, immediate);
  }

  public void vshuff32x4(Vec target, Vec a, Vec b, int immediate) {
    encode(VSHUFF32X4, target, a, b, immediate);
  }

  public void vextracti128(Vec target, Vec source, int immediate) {
    encodeStore(VEXTRACTI128, target, source, immediate);
  }

  public void vextractf64x4(Vec target, Vec source, int immediate) {
    encodeStore(VEXTRACTF64X4, target, source, immediate);
  }

  /** The signs of 32-bit elements as a mask. */
  public void vpmovd2m(Mask target, Vec source) {
    encodeToMask(VPMOVD2M, target, source);
  }

  /** Which bytes have a bit that is set in both. */
  public void vptestmb(Mask target, Vec a, Vec b) {
    encodeToMask(VPTESTMB, target, a, b);
  }

  // Tiles (AMX); a process must have asked for them, see TilePermission

  /** Sets up all tiles from 64 bytes. */
  public void ldtilecfg(Memory source) {
    encodeTileMemory("ldtilecfg", 0, 0x49, 0, source, source.toString());
  }

  /** Gives the tiles' state up. */
  public void tilerelease() {
    encodeTiles("tilerelease", 0, 0x49, 0, 0, 0, "");
  }

  public void tilezero(Tile target) {
    encodeTiles("tilezero", 3, 0x49, target.number(), 0, 0, " " + target);
  }

  /** Loads rows that lie the index register apart. */
  public void tileloadd(Tile target, Memory source) {
    requireStride("tileloadd", source);
    encodeTileMemory("tileloadd", 3, 0x4B, target.number(), source, target + ", " + source);
  }

  /** The same, where the rows are not soon used again. */
  public void tileloaddt1(Tile target, Memory source) {
    requireStride("tileloaddt1", source);
    encodeTileMemory("tileloaddt1", 1, 0x4B, target.number(), source, target + ", " + source);
  }

  public void tilestored(Memory target, Tile source) {
    requireStride("tilestored", target);
    encodeTileMemory("tilestored", 2, 0x4B, source.number(), target, target + ", " + source);
  }

  /** {@code target[m][n] += Σ a[m][k] · b[k][n]} over four bytes each, both signed. */
  public void tdpbssd(Tile target, Tile a, Tile b) {
    encodeTileProduct("tdpbssd", 3, 0x5E, target, a, b);
  }

  /** The same with signed {@code a} and unsigned {@code b}. */
  public void tdpbsud(Tile target, Tile a, Tile b) {
    encodeTileProduct("tdpbsud", 2, 0x5E, target, a, b);
  }

  /** The same with unsigned {@code a} and signed {@code b}. */
  public void tdpbusd(Tile target, Tile a, Tile b) {
    encodeTileProduct("tdpbusd", 1, 0x5E, target, a, b);
  }

  /** The same with both unsigned. */
  public void tdpbuud(Tile target, Tile a, Tile b) {
    encodeTileProduct("tdpbuud", 0, 0x5E, target, a, b);
  }

  /** {@code target[m][n] += Σ a[m][k] · b[k][n]} over two bfloat16 each, in f32. */
  public void tdpbf16ps(Tile target, Tile a, Tile b) {
    encodeTileProduct("tdpbf16ps", 2, 0x5C, target, a, b);
  }

  private static void requireStride(String mnemonic, Memory memory) {
    if (memory.index() == null) {
      throw new IllegalArgumentException(
          mnemonic + " takes the distance of rows as an index register, found " + memory);
    }
  }

  /** Clears the upper halves of all vector registers, so that SSE code after us is not slowed. */
  public void vzeroupper() {
    list(() -> "vzeroupper");
    emit(0xC5);
    emit(0xF8);
    emit(0x77);
  }
}
