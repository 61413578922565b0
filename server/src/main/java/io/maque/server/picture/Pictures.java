package io.maque.server.picture;

import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.generate.ModelCard;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The files of pictures in requests. What kind of picture a file is, its own bytes tell; what a
 * request says about that is often wrong and never used.
 */
public final class Pictures {
  private static final String DATA = "data:";
  private static final Pattern WEB = Pattern.compile("(?i)https?://.*", Pattern.DOTALL);
  private static final int SHOWN = 40;

  private final RemotePictures remote;

  /**
   * @param remote fetches what is named by an address
   */
  public Pictures(RemotePictures remote) {
    this.remote = remote;
  }

  /**
   * The picture at an address as {@code image_url} has it.
   *
   * @param field path of the field, for errors
   * @param url {@code data:image/png;base64,…}, or {@code https://…} from hosts that are allowed
   * @throws HttpException 400 when it is neither, or cannot be had
   */
  public byte[] ofUrl(String field, String url) {
    if (isData(url)) {
      return ofDataUrl(field, url);
    }
    if (WEB.matcher(url).matches()) {
      return remote.fetch(field, url);
    }
    throw JsonFields.invalid(
        field,
        "expected a picture as data:image/…;base64,…, found " + JsonFields.quoted(shown(url)));
  }

  /**
   * A picture in base64, with or without a data URL around it.
   *
   * @param field path of the field, for errors
   * @throws HttpException 400 when it is neither
   */
  public byte[] ofBase64(String field, String text) {
    return isData(text) ? ofDataUrl(field, text) : decoded(field, text, 0);
  }

  private static boolean isData(String text) {
    return text.regionMatches(true, 0, DATA, 0, DATA.length());
  }

  /** RFC 2397; what stands before the comma may come in any order and case. */
  private static byte[] ofDataUrl(String field, String url) {
    int comma = url.indexOf(',');
    String kind = url.substring(DATA.length(), Math.max(DATA.length(), comma));
    boolean base64 =
        List.of(kind.toLowerCase(Locale.ROOT).replace(" ", "").split(";")).contains("base64");
    if (comma < 0 || !base64) {
      throw JsonFields.invalid(
          field, "expected data:image/…;base64,…, found " + JsonFields.quoted(shown(url)));
    }
    return decoded(field, url, comma + 1);
  }

  /** Base64 of either alphabet, padded or not, on one line or many. */
  private static byte[] decoded(String field, String text, int begin) {
    byte[] digits = text.substring(begin).getBytes(StandardCharsets.ISO_8859_1);
    int count = 0;
    for (byte digit : digits) {
      switch (digit) {
        case ' ', '\t', '\r', '\n' -> {
          // Lines are broken for mail programs of long ago.
        }
        case '-' -> digits[count++] = '+';
        case '_' -> digits[count++] = '/';
        default -> digits[count++] = digit;
      }
    }
    if (count == 0) {
      throw JsonFields.invalid(field, "expected a picture in base64, found none");
    }
    try {
      byte[] base64 = count == digits.length ? digits : Arrays.copyOf(digits, count);
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw JsonFields.invalid(
          field,
          "expected a picture in base64, found something else (%s)".formatted(e.getMessage()));
    }
  }

  private static String shown(String url) {
    return url.length() <= SHOWN ? url : url.substring(0, SHOWN) + "…";
  }

  /**
   * Checks that a model can see what it is shown.
   *
   * @param name what the request calls the model
   * @throws HttpException 400 when there are pictures and it cannot
   */
  public static void requireEyes(String name, ModelCard card, List<Message> messages) {
    boolean pictures =
        messages.stream()
            .flatMap(each -> each.content().stream())
            .anyMatch(Part.Image.class::isInstance);
    if (pictures && !card.takesImages()) {
      throw new HttpException(
          400,
          "images_not_supported",
          "messages",
          "model %s cannot read images: send text only, or ask a vision model".formatted(name));
    }
  }
}
