package io.tadpole.examples.flights;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class AllocationTest
{
    private byte[] kept = {};

    @Test
    void shouldCountWhatIsAllocatedAfterTheWarmUp()
    {
        final Allocation allocation = new Allocation(1000);
        for (int i = 1; i <= 100_000; i++)
        {
            kept = new byte[i < 1000 ? 1024 : 16];
            allocation.events(i);
        }
        assertEquals(1024 * ((100_000 - 1000) / 1024), allocation.sampledEvents());
        assertEquals(32, allocation.medianBytesPerEvent(), 0.1);
        assertTrue(allocation.meanBytesPerEvent() >= 32, "mean " + allocation.meanBytesPerEvent());
        assertTrue(allocation.sampledBytes() >= 32 * allocation.sampledEvents(), "all " + allocation.sampledBytes());
        assertEquals(16, kept.length);
    }

    @Test
    void shouldNotCountWhatIsAllocatedInAPause()
    {
        final Allocation allocation = new Allocation(0);
        for (int i = 1; i <= 100_000; i++)
        {
            allocation.pause();
            kept = new byte[100];
            allocation.resume();
            allocation.events(i);
        }
        assertEquals(0, allocation.medianBytesPerEvent());
        assertTrue(allocation.meanBytesPerEvent() < 1, "mean " + allocation.meanBytesPerEvent());
        assertEquals(100, kept.length);
    }

    @Test
    void shouldSeeThroughWhatHappensNowAndThen()
    {
        final Allocation allocation = new Allocation(0);
        for (int i = 1; i <= 100_000; i++)
        {
            if (i % 5000 == 0)
            {
                kept = new byte[8176];
            }
            allocation.events(i);
        }
        assertEquals(0, allocation.medianBytesPerEvent());
        assertTrue(allocation.sampledBytes() >= 19 * 8192, "all " + allocation.sampledBytes());
        assertEquals(8176, kept.length);
    }

    @Test
    void shouldSayNothingOfTooFewEvents()
    {
        final Allocation allocation = new Allocation(10);
        for (int i = 1; i <= 1000; i++)
        {
            allocation.events(i);
        }
        assertEquals(0, allocation.sampledEvents());
        assertEquals(0, allocation.medianBytesPerEvent());
        assertEquals(0, allocation.meanBytesPerEvent());
    }
}
