package io.maque.template;

import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;

/**
 * Python's {@code datetime.strftime} in the C locale, with the {@code -}, {@code _}, {@code 0} and
 * {@code ^} flags of glibc.
 */
final class Strftime {
  private static final String[] DAYS = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
  };
  private static final String[] MONTHS = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"
  };

  private Strftime() {}

  static String format(String format, ZonedDateTime now) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '%' || i == format.length()) {
        out.append(c);
        continue;
      }
      int start = i - 1;
      char flag = 0;
      while (i < format.length() - 1 && "-_0^#".indexOf(format.charAt(i)) >= 0) {
        flag = format.charAt(i++);
      }
      String field = field(format.charAt(i++), flag, now);
      if (field == null) {
        out.append(format, start, i);
      } else {
        out.append(flag == '^' ? field.toUpperCase(java.util.Locale.ROOT) : field);
      }
    }
    return out.toString();
  }

  private static String field(char directive, char flag, ZonedDateTime now) {
    int hour12 = now.getHour() % 12 == 0 ? 12 : now.getHour() % 12;
    return switch (directive) {
      case 'a' -> day(now).substring(0, 3);
      case 'A' -> day(now);
      case 'b', 'h' -> month(now).substring(0, 3);
      case 'B' -> month(now);
      case 'd' -> number(now.getDayOfMonth(), 2, '0', flag);
      case 'e' -> number(now.getDayOfMonth(), 2, ' ', flag);
      case 'm' -> number(now.getMonthValue(), 2, '0', flag);
      case 'y' -> number(now.getYear() % 100, 2, '0', flag);
      case 'Y' -> String.valueOf(now.getYear());
      case 'C' -> number(now.getYear() / 100, 2, '0', flag);
      case 'G' -> String.valueOf(now.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> number(now.getHour(), 2, '0', flag);
      case 'k' -> number(now.getHour(), 2, ' ', flag);
      case 'I' -> number(hour12, 2, '0', flag);
      case 'l' -> number(hour12, 2, ' ', flag);
      case 'M' -> number(now.getMinute(), 2, '0', flag);
      case 'S' -> number(now.getSecond(), 2, '0', flag);
      case 'f' -> number(now.getNano() / 1000, 6, '0', (char) 0);
      case 'p' -> now.getHour() < 12 ? "AM" : "PM";
      case 'P' -> now.getHour() < 12 ? "am" : "pm";
      case 'j' -> number(now.getDayOfYear(), 3, '0', flag);
      case 'u' -> String.valueOf(now.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(now.getDayOfWeek().getValue() % 7);
      case 'U' -> number(week(now, now.getDayOfWeek().getValue() % 7), 2, '0', flag);
      case 'W' -> number(week(now, now.getDayOfWeek().getValue() - 1), 2, '0', flag);
      case 'V' -> number(now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flag);
      case 's' -> String.valueOf(now.toEpochSecond());
      case 'D', 'x' -> format("%m/%d/%y", now);
      case 'F' -> format("%Y-%m-%d", now);
      case 'T', 'X' -> format("%H:%M:%S", now);
      case 'R' -> format("%H:%M", now);
      case 'r' -> format("%I:%M:%S %p", now);
      case 'c' -> format("%a %b %e %H:%M:%S %Y", now);
      case 'n' -> "\n";
      case 't' -> "\t";
      // Python's datetime.now() knows no zone, so these are empty there.
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> null;
    };
  }

  private static String day(ZonedDateTime now) {
    return DAYS[now.getDayOfWeek().getValue() - 1];
  }

  private static String month(ZonedDateTime now) {
    return MONTHS[now.getMonthValue() - 1];
  }

  /** Week of the year whose days before the first week's first day are week 0. */
  private static int week(ZonedDateTime now, int daysSinceWeekStart) {
    return (now.get(ChronoField.DAY_OF_YEAR) + 6 - daysSinceWeekStart) / 7;
  }

  private static String number(int value, int width, char pad, char flag) {
    String digits = String.valueOf(value);
    char filler = flag == '_' ? ' ' : flag == '0' ? '0' : pad;
    return flag == '-' || digits.length() >= width
        ? digits
        : String.valueOf(filler).repeat(width - digits.length()) + digits;
  }
}
