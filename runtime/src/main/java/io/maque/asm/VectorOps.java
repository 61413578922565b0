package io.maque.asm;

import io.maque.asm.VectorOp.Extent;
import io.maque.asm.VectorOp.Form;
import io.maque.asm.VectorOp.W;

/**
 * The encoding of every vector instruction kernels use, in the order of {@link VectorAssembler}.
 */
final class VectorOps {

  private VectorOps() {}

  static final VectorOp VMOVUPS = new VectorOp("vmovups", 0, 1, W.W0, 0x10, Extent.FULL, Form.BOTH);

  static final VectorOp VMOVUPS_STORE =
      new VectorOp("vmovups", 0, 1, W.W0, 0x11, Extent.FULL, Form.BOTH);

  static final VectorOp VMOVDQU = new VectorOp("vmovdqu", 2, 1, W.W0, 0x6F, Extent.FULL, Form.VEX);

  static final VectorOp VMOVD_STORE =
      new VectorOp("vmovd", 1, 1, W.W0, 0x7E, Extent.BYTES_4, Form.BOTH);

  static final VectorOp VMASKMOVPS =
      new VectorOp("vmaskmovps", 1, 2, W.W0, 0x2C, Extent.FULL, Form.VEX);

  static final VectorOp VMASKMOVPS_STORE =
      new VectorOp("vmaskmovps", 1, 2, W.W0, 0x2E, Extent.FULL, Form.VEX);

  static final VectorOp VMOVSS =
      new VectorOp("vmovss", 2, 1, W.W0, 0x10, Extent.BYTES_4, Form.BOTH);

  static final VectorOp VMOVSS_STORE =
      new VectorOp("vmovss", 2, 1, W.W0, 0x11, Extent.BYTES_4, Form.BOTH);

  static final VectorOp VBROADCASTSS =
      new VectorOp("vbroadcastss", 1, 2, W.W0, 0x18, Extent.BYTES_4, Form.BOTH);

  static final VectorOp VPBROADCASTD =
      new VectorOp("vpbroadcastd", 1, 2, W.W0, 0x58, Extent.BYTES_4, Form.BOTH);

  static final VectorOp VPBROADCASTW =
      new VectorOp("vpbroadcastw", 1, 2, W.W0, 0x79, Extent.BYTES_2, Form.BOTH);

  static final VectorOp VCVTPS2PH_STORE =
      new VectorOp("vcvtps2ph", 1, 3, W.W0, 0x1D, Extent.HALF, Form.BOTH);

  static final VectorOp VCVTPH2PS =
      new VectorOp("vcvtph2ps", 1, 2, W.W0, 0x13, Extent.HALF, Form.BOTH);

  static final VectorOp VCVTDQ2PS =
      new VectorOp("vcvtdq2ps", 0, 1, W.W0, 0x5B, Extent.FULL, Form.BOTH);

  static final VectorOp VCVTPS2DQ =
      new VectorOp("vcvtps2dq", 1, 1, W.W0, 0x5B, Extent.FULL, Form.BOTH);

  static final VectorOp VCVTTPS2DQ =
      new VectorOp("vcvttps2dq", 2, 1, W.W0, 0x5B, Extent.FULL, Form.BOTH);

  static final VectorOp VPMOVSXBD =
      new VectorOp("vpmovsxbd", 1, 2, W.W0, 0x21, Extent.QUARTER, Form.BOTH);

  static final VectorOp VPMOVZXWD =
      new VectorOp("vpmovzxwd", 1, 2, W.W0, 0x33, Extent.HALF, Form.BOTH);

  static final VectorOp VADDPS = new VectorOp("vaddps", 0, 1, W.W0, 0x58, Extent.FULL, Form.BOTH);

  static final VectorOp VMULPS = new VectorOp("vmulps", 0, 1, W.W0, 0x59, Extent.FULL, Form.BOTH);

  static final VectorOp VSUBPS = new VectorOp("vsubps", 0, 1, W.W0, 0x5C, Extent.FULL, Form.BOTH);

  static final VectorOp VMINPS = new VectorOp("vminps", 0, 1, W.W0, 0x5D, Extent.FULL, Form.BOTH);

  static final VectorOp VDIVPS = new VectorOp("vdivps", 0, 1, W.W0, 0x5E, Extent.FULL, Form.BOTH);

  static final VectorOp VMAXPS = new VectorOp("vmaxps", 0, 1, W.W0, 0x5F, Extent.FULL, Form.BOTH);

  static final VectorOp VSQRTPS = new VectorOp("vsqrtps", 0, 1, W.W0, 0x51, Extent.FULL, Form.BOTH);

  static final VectorOp VFMADD231PS =
      new VectorOp("vfmadd231ps", 1, 2, W.W0, 0xB8, Extent.FULL, Form.BOTH);

  static final VectorOp VFMADD213PS =
      new VectorOp("vfmadd213ps", 1, 2, W.W0, 0xA8, Extent.FULL, Form.BOTH);

  static final VectorOp VFNMADD231PS =
      new VectorOp("vfnmadd231ps", 1, 2, W.W0, 0xBC, Extent.FULL, Form.BOTH);

  static final VectorOp VDPBF16PS =
      new VectorOp("vdpbf16ps", 2, 2, W.W0, 0x52, Extent.FULL, Form.EVEX);

  static final VectorOp VPADDB = new VectorOp("vpaddb", 1, 1, W.W0, 0xFC, Extent.FULL, Form.BOTH);

  static final VectorOp VPADDW = new VectorOp("vpaddw", 1, 1, W.W0, 0xFD, Extent.FULL, Form.BOTH);

  static final VectorOp VPADDD = new VectorOp("vpaddd", 1, 1, W.W0, 0xFE, Extent.FULL, Form.BOTH);

  static final VectorOp VPSUBD = new VectorOp("vpsubd", 1, 1, W.W0, 0xFA, Extent.FULL, Form.BOTH);

  static final VectorOp VPSUBB = new VectorOp("vpsubb", 1, 1, W.W0, 0xF8, Extent.FULL, Form.BOTH);

  static final VectorOp VPMADDWD =
      new VectorOp("vpmaddwd", 1, 1, W.W0, 0xF5, Extent.FULL, Form.BOTH);

  static final VectorOp VPMADDUBSW =
      new VectorOp("vpmaddubsw", 1, 2, W.W0, 0x04, Extent.FULL, Form.BOTH);

  static final VectorOp VPSIGNB = new VectorOp("vpsignb", 1, 2, W.W0, 0x08, Extent.FULL, Form.VEX);

  static final VectorOp VPABSB = new VectorOp("vpabsb", 1, 2, W.W0, 0x1C, Extent.FULL, Form.BOTH);

  static final VectorOp VPDPBUSD =
      new VectorOp("vpdpbusd", 1, 2, W.W0, 0x50, Extent.FULL, Form.BOTH_EVEX_FIRST);

  static final VectorOp VPXOR = new VectorOp("vpxor", 1, 1, W.W0, 0xEF, Extent.FULL, Form.VEX);

  static final VectorOp VPSRLW = new VectorOp("vpsrlw", 1, 1, W.W0, 0x71, Extent.FULL, Form.BOTH);

  static final VectorOp VPSLLW = new VectorOp("vpsllw", 1, 1, W.W0, 0x71, Extent.FULL, Form.BOTH);

  static final VectorOp VPSRLD = new VectorOp("vpsrld", 1, 1, W.W0, 0x72, Extent.FULL, Form.BOTH);

  static final VectorOp VPSLLD = new VectorOp("vpslld", 1, 1, W.W0, 0x72, Extent.FULL, Form.BOTH);

  static final VectorOp VPSRAD = new VectorOp("vpsrad", 1, 1, W.W0, 0x72, Extent.FULL, Form.BOTH);

  static final VectorOp VPSHUFB = new VectorOp("vpshufb", 1, 2, W.W0, 0x00, Extent.FULL, Form.BOTH);

  static final VectorOp VPSHUFD = new VectorOp("vpshufd", 1, 1, W.W0, 0x70, Extent.FULL, Form.BOTH);

  static final VectorOp VPERMD = new VectorOp("vpermd", 1, 2, W.W0, 0x36, Extent.FULL, Form.BOTH);

  static final VectorOp VPERMPS = new VectorOp("vpermps", 1, 2, W.W0, 0x16, Extent.FULL, Form.BOTH);

  static final VectorOp VPUNPCKLDQ =
      new VectorOp("vpunpckldq", 1, 1, W.W0, 0x62, Extent.FULL, Form.BOTH);

  static final VectorOp VPUNPCKHDQ =
      new VectorOp("vpunpckhdq", 1, 1, W.W0, 0x6A, Extent.FULL, Form.BOTH);

  static final VectorOp VPUNPCKLQDQ =
      new VectorOp("vpunpcklqdq", 1, 1, W.EVEX_W1, 0x6C, Extent.FULL, Form.BOTH);

  static final VectorOp VPUNPCKHQDQ =
      new VectorOp("vpunpckhqdq", 1, 1, W.EVEX_W1, 0x6D, Extent.FULL, Form.BOTH);

  static final VectorOp VPERMQ = new VectorOp("vpermq", 1, 3, W.W1, 0x00, Extent.FULL, Form.BOTH);

  static final VectorOp VPERM2F128 =
      new VectorOp("vperm2f128", 1, 3, W.W0, 0x06, Extent.FULL, Form.VEX);

  static final VectorOp VPINSRW =
      new VectorOp("vpinsrw", 1, 1, W.W0, 0xC4, Extent.BYTES_2, Form.BOTH);

  static final VectorOp VPEXTRW_STORE =
      new VectorOp("vpextrw", 1, 3, W.W0, 0x15, Extent.BYTES_2, Form.BOTH);

  static final VectorOp VPMOVD2M =
      new VectorOp("vpmovd2m", 2, 2, W.W0, 0x39, Extent.FULL, Form.EVEX);

  static final VectorOp VPTESTMB =
      new VectorOp("vptestmb", 1, 2, W.W0, 0x26, Extent.FULL, Form.EVEX);

  static final VectorOp VINSERTI128 =
      new VectorOp("vinserti128", 1, 3, W.W0, 0x38, Extent.BYTES_16, Form.VEX);

  static final VectorOp VINSERTI32X4 =
      new VectorOp("vinserti32x4", 1, 3, W.W0, 0x38, Extent.BYTES_16, Form.EVEX);

  static final VectorOp VINSERTI64X4 =
      new VectorOp("vinserti64x4", 1, 3, W.W1, 0x3A, Extent.BYTES_32, Form.EVEX);

  static final VectorOp VSHUFF32X4 =
      new VectorOp("vshuff32x4", 1, 3, W.W0, 0x23, Extent.FULL, Form.EVEX);

  static final VectorOp VEXTRACTI128 =
      new VectorOp("vextracti128", 1, 3, W.W0, 0x39, Extent.BYTES_16, Form.VEX);

  static final VectorOp VEXTRACTF64X4 =
      new VectorOp("vextractf64x4", 1, 3, W.W1, 0x1B, Extent.BYTES_32, Form.EVEX);

  static final VectorOp VPMAXSD = new VectorOp("vpmaxsd", 1, 2, W.W0, 0x3D, Extent.FULL, Form.BOTH);

  static final VectorOp VANDPS = new VectorOp("vandps", 0, 1, W.W0, 0x54, Extent.FULL, Form.BOTH);

  static final VectorOp VORPS = new VectorOp("vorps", 0, 1, W.W0, 0x56, Extent.FULL, Form.BOTH);

  static final VectorOp VXORPS = new VectorOp("vxorps", 0, 1, W.W0, 0x57, Extent.FULL, Form.BOTH);

  static final VectorOp VPACKSSDW =
      new VectorOp("vpackssdw", 1, 1, W.W0, 0x6B, Extent.FULL, Form.BOTH);

  static final VectorOp VPACKSSWB =
      new VectorOp("vpacksswb", 1, 1, W.W0, 0x63, Extent.FULL, Form.BOTH);
}
