package io.tadpole.examples.flights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The project's real data, and rows that fit. */
final class TestData
{
    static final Path FLIGHT_EVENTS =
        Path.of(System.getProperty("tadpole.root", "."), "data", "flight-events.csv.gz");

    static final String DEPARTURE = "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2";
    static final String ARRIVAL = "2013-01-01T13:30Z,A,UA,1545,N14228,EWR,IAH,1400,-11";
    static final String CANCELLATION = "2013-01-01T21:30Z,X,EV,4308,,EWR,RDU,416,";

    private TestData()
    {
    }

    static byte[] gzip(final byte[] plain)
    {
        final ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped))
        {
            out.write(plain);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    static String message(final Exception e)
    {
        return String.valueOf(e.getMessage());
    }

    static String flightEvents() throws IOException
    {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(FLIGHT_EVENTS)))
        {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Prints the seed of a random test, so that a failure can be repeated. */
    static long seed(final String test)
    {
        final long seed = Long.getLong("tadpole.seed", System.nanoTime());
        System.out.println(test + ": -Dtadpole.seed=" + seed);
        return seed;
    }
}
