package io.tadpole.aeron;

import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a driver and its streams refuse, and with which words. */
@Timeout(60)
class DriverTest
{
    @TempDir(factory = SharedMemory.class)
    private Path folder;

    private static String message(final Throwable thrown)
    {
        return String.valueOf(thrown.getMessage());
    }

    @Test
    void shouldSayThatThereIsNoDriver() throws IOException
    {
        final Path missing = folder.resolve("missing");
        assertEquals(
            "there is no directory " + missing + ": start a driver there, or name the directory of one that runs",
            message(assertThrows(IOException.class, () -> Driver.external(missing))));
        assertEquals(
            "no driver runs in " + folder + ": start one there, or name the directory of one that runs",
            message(assertThrows(IOException.class, () -> Driver.external(folder))));
        final byte[] foreign = new byte[100_000];
        Arrays.fill(foreign, (byte)0x7F);
        Files.write(folder.resolve("cnc.dat"), foreign);
        assertTrue(message(assertThrows(IOException.class, () -> Driver.external(folder)))
            .startsWith("what lies in " + folder + " is not this version's driver: "));
    }

    @Test
    void shouldRemoveItsDirectoryAndNobodyElses() throws IOException
    {
        final Path precious = Files.writeString(folder.resolve("precious"), "not Aeron's");
        assertEquals(
            folder + " holds files that are not a driver's: name a directory that does not exist",
            message(assertThrows(IOException.class, () -> Driver.embedded(folder))));
        assertTrue(Files.exists(precious));

        final Path own = folder.resolve("own");
        Driver.embedded(own).close();
        assertFalse(Files.exists(own));
        try (Driver driver = Driver.embedded(Files.createDirectory(own)))
        {
            assertEquals(own, driver.directory());
            assertTrue(message(assertThrows(IOException.class, () -> Driver.embedded(own)))
                .startsWith("a driver runs in " + own + " already"));
            try (Driver second = Driver.external(own))
            {
                assertNull(second.failure());
            }
        }
        assertFalse(Files.exists(own));
    }

    @Test
    void shouldNotEndUnderItsRoles() throws IOException
    {
        final Driver driver = Driver.embedded(folder.resolve("driver"));
        final AeronConsumer consumer = driver.consumer(TestDriver.STREAM);
        final AeronProducer producer = driver.producer(TestDriver.STREAM);
        assertTrue(message(assertThrows(IllegalStateException.class, driver::close)).startsWith(
            "2 producers and consumers of the driver in "));
        consumer.close();
        consumer.close();
        assertThrows(IllegalStateException.class, driver::close);
        producer.close();
        driver.close();
        driver.close();
        assertFalse(Files.exists(driver.directory()));
    }

    @Test
    void shouldSayWhatAStreamNeedsAndWhatThereIs() throws IOException
    {
        try (Driver driver = Driver.embedded(folder.resolve("driver")))
        {
            final StreamConfig huge = TestDriver.STREAM.withTermBytes(StreamConfig.GREATEST_TERM_BYTES);
            final long needed = 3L * StreamConfig.GREATEST_TERM_BYTES;
            if (Files.getFileStore(folder).getUsableSpace() < needed)
            {
                final String said = message(assertThrows(IOException.class, () -> driver.producer(huge)));
                assertTrue(said.startsWith("the log of stream 7 in "), said);
                assertTrue(said.contains(" needs 32") && said.contains(" bytes free: make space there"), said);
            }
            final IOException refused = assertThrows(
                IOException.class, () -> driver.producer(TestDriver.STREAM.withChannel("aeron:ipc?term-id=5")));
            assertTrue(
                message(refused).contains(" refuses publishing stream 7 of aeron:ipc?term-id=5: "), refused::toString);
        }
    }

    @Test
    void shouldRefuseStreamsThatCannotBe()
    {
        final StreamConfig stream = StreamConfig.ipc(1);
        for (final String channel : List.of("", "aeron:udp?endpoint=localhost:40123", "aeron:ipcx", "ipc"))
        {
            assertThrows(IllegalArgumentException.class, () -> stream.withChannel(channel), channel);
        }
        for (final int bytes : List.of(0, -1, 65_536, 1 << 18, (1 << 20) + 1, 3 << 20, Integer.MIN_VALUE))
        {
            assertThrows(IllegalArgumentException.class, () -> stream.withTermBytes(bytes), "term of " + bytes);
        }
        for (final int bytes : List.of(0, -32, 1400, 1376, 1409, 65_505, 65_536))
        {
            assertThrows(IllegalArgumentException.class, () -> stream.withMtuBytes(bytes), "frame of " + bytes);
        }
        assertEquals(StreamConfig.LEAST_TERM_BYTES, stream.withTermBytes(512 << 10).termBytes());
    }
}
