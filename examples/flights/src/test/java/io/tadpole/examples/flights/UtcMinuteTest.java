package io.tadpole.examples.flights;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

final class UtcMinuteTest
{
    private static final DateTimeFormatter STRICT =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm'Z'").withResolverStyle(ResolverStyle.STRICT);

    @Test
    void shouldAgreeWithTheCalendarOnEveryDay()
    {
        for (LocalDate day = LocalDate.of(1678, 1, 1); day.getYear() < 2262; day = day.plusDays(1))
        {
            final LocalDateTime time = day.atTime(day.getDayOfMonth() % 24, day.getDayOfYear() % 60);
            assertEquals(time.toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L, parse(time.format(STRICT)));
        }
    }

    @Test
    void shouldRefuseWhatTheCalendarRefuses()
    {
        final SplittableRandom random = new SplittableRandom(TestData.seed("UtcMinuteTest"));
        for (int i = 0; i < 100_000; i++)
        {
            final String text = "%04d-%02d-%02dT%02d:%02dZ".formatted(
                random.nextInt(1678, 2262),
                random.nextInt(14),
                random.nextInt(33),
                random.nextInt(26),
                random.nextInt(62));
            assertEquals(calendar(text), parse(text), text);
        }
    }

    @Test
    void shouldRefuseAnyOtherCharacterWhereverItStands()
    {
        final String good = "2012-12-22T12:22Z";
        for (int at = 0; at < good.length(); at++)
        {
            for (char character = 0; character < 128; character++)
            {
                final String text = good.substring(0, at) + character + good.substring(at + 1);
                assertEquals(calendar(text), parse(text), text);
            }
        }
    }

    private static long parse(final String text)
    {
        final byte[] bytes = ("," + text + ",").getBytes(StandardCharsets.US_ASCII);
        return UtcMinute.parse(bytes, 1, bytes.length - 1);
    }

    private static long calendar(final String text)
    {
        try
        {
            final LocalDateTime time = LocalDateTime.parse(text, STRICT);
            return time.getYear() >= 1678 && time.getYear() <= 2261 ?
                time.toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L : UtcMinute.NONE;
        }
        catch (final DateTimeException e)
        {
            return UtcMinute.NONE;
        }
    }
}
