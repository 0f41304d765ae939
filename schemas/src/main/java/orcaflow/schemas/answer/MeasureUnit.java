package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A unit that can be converted exactly: {@code factor} of {@code base}. Words that are not here
 * (apples, people) say what was counted and are ignored.
 *
 * <p>Left out on purpose: abbreviations that are words or letters too ({@code in}, {@code s}), and
 * units whose size depends on where or when (ton, the days of a month).
 */
record MeasureUnit(String base, BigDecimal factor) {

  static final MeasureUnit NONE = new MeasureUnit("", BigDecimal.ONE);
  static final MeasureUnit PERCENT = new MeasureUnit("%", BigDecimal.ONE);

  /** Behind the 0 of none, which may also mean that there is no answer. */
  static final MeasureUnit NOTHING = new MeasureUnit("none", BigDecimal.ONE);

  /** Behind 6 in 6th. */
  static final MeasureUnit ORDINAL = new MeasureUnit("th", BigDecimal.ONE);

  private static final Map<String, MeasureUnit> BY_NAME = new HashMap<>();

  static {
    add("dollar", "1", "$", "dollar", "dollars", "usd", "buck", "bucks");
    add("dollar", "0.01", "¢", "cent", "cents");
    add("second", "1", "sec", "secs", "second", "seconds");
    add("second", "60", "min", "mins", "minute", "minutes");
    add("second", "3600", "h", "hr", "hrs", "hour", "hours");
    add("second", "86400", "day", "days");
    add("second", "604800", "week", "weeks");
    add("month", "1", "month", "months");
    add("month", "12", "year", "years", "yr", "yrs");
    add("millimetre", "1", "mm", "millimeter", "millimeters", "millimetre", "millimetres");
    add("millimetre", "10", "cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres");
    add("millimetre", "1000", "m", "meter", "meters", "metre", "metres");
    add("millimetre", "1000000", "km", "kms", "kilometer", "kilometers", "kilometre", "kilometres");
    add("inch", "1", "inch", "inches");
    add("inch", "12", "foot", "feet", "ft");
    add("inch", "36", "yard", "yards", "yd", "yds");
    add("inch", "63360", "mile", "miles");
    add("milligram", "1", "mg", "milligram", "milligrams");
    add("milligram", "1000", "g", "gram", "grams");
    add("milligram", "1000000", "kg", "kgs", "kilogram", "kilograms");
    add("ounce", "1", "ounce", "ounces", "oz");
    add("ounce", "16", "pound", "pounds", "lb", "lbs");
    add("millilitre", "1", "ml", "milliliter", "milliliters", "millilitre", "millilitres");
    add("millilitre", "1000", "l", "liter", "liters", "litre", "litres");
    add("cup", "1", "cup", "cups");
    add("cup", "2", "pint", "pints");
    add("cup", "4", "quart", "quarts");
    add("cup", "16", "gallon", "gallons");
    BY_NAME.put("%", PERCENT);
    BY_NAME.put("percent", PERCENT);
    BY_NAME.put("pct", PERCENT);
    BY_NAME.put("none", NOTHING);
    BY_NAME.put("percentage", PERCENT);
    for (String ending : new String[] {"st", "nd", "rd", "th"}) {
      BY_NAME.put(ending, ORDINAL);
    }
  }

  static Optional<MeasureUnit> named(String word) {
    return Optional.ofNullable(BY_NAME.get(word.toLowerCase(Locale.ROOT)));
  }

  /** All units of the same base, this one included. */
  List<MeasureUnit> convertible() {
    return BY_NAME.values().stream().filter(unit -> unit.base.equals(base)).distinct().toList();
  }

  private static void add(String base, String factor, String... names) {
    MeasureUnit unit = new MeasureUnit(base, new BigDecimal(factor));
    for (String name : names) {
      BY_NAME.put(name, unit);
    }
  }
}
