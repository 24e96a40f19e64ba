package io.tadpole.examples.flights;

/**
 * Parses a time to the minute, {@code 2013-01-31T23:59Z}, without a calendar object.
 */
final class UtcMinute
{
    /** What {@link #parse} answers when it is no time. */
    static final long NONE = Long.MIN_VALUE;

    /** Which times there are, for people: nanoseconds since the epoch in 64 bits reach no further. */
    static final String RANGE = "of the years 1678 to 2261";

    private static final int LENGTH = 17;
    private static final int FIRST_YEAR = 1678;
    private static final int LAST_YEAR = 2261;
    private static final long MINUTE_NS = 60_000_000_000L;

    private UtcMinute()
    {
    }

    /**
     * Parses a time.
     *
     * @param bytes in which it lies.
     * @param start of its text.
     * @param end   of its text.
     * @return nanoseconds since the epoch, or {@link #NONE} when the text is no time, or no real date.
     */
    static long parse(final byte[] bytes, final int start, final int end)
    {
        if (end - start != LENGTH || bytes[start + 4] != '-' || bytes[start + 7] != '-' ||
            bytes[start + 10] != 'T' || bytes[start + 13] != ':' || bytes[start + 16] != 'Z')
        {
            return NONE;
        }
        final int year = pair(bytes, start) * 100 + pair(bytes, start + 2);
        final int month = pair(bytes, start + 5);
        final int day = pair(bytes, start + 8);
        final int hour = pair(bytes, start + 11);
        final int minute = pair(bytes, start + 14);
        final boolean real = year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 &&
            day >= 1 && day <= daysOf(month, year) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
        return real ? ((epochDay(year, month, day) * 24 + hour) * 60 + minute) * MINUTE_NS : NONE;
    }

    /** Two digits; far below any sum that could pass for a part of a time when they are no digits. */
    private static int pair(final byte[] bytes, final int at)
    {
        final int tens = bytes[at] - '0';
        final int ones = bytes[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1_000_000 : tens * 10 + ones;
    }

    private static int daysOf(final int month, final int year)
    {
        return switch (month)
        {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /**
     * Days since the epoch, for a year that starts in March, so that the odd day of a leap year is its last.
     * Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil, for years after 0.
     */
    private static long epochDay(final int year, final int month, final int day)
    {
        final long y = month > 2 ? year : year - 1;
        final long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        final long dayOfEra = y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + dayOfYear;
        return y / 400 * 146_097 + dayOfEra - 719_468;
    }
}
