package io.tadpole.examples.flights;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;

/**
 * Counts the bytes that one thread allocates an event, window by window, after a warm-up. The median window tells what
 * an event costs; the mean also holds what the JVM does in the thread now and then, such as bringing back to the heap
 * what optimized code had kept in registers. All calls from that thread; another one may ask for the result after it
 * has ended. Nothing is allocated to count.
 */
final class Allocation
{
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private static final int WINDOW_EVENTS = 1024;
    private static final long MOST_MILLIBYTES = 1L << 50;

    private final Histogram milliBytesPerEvent = new Histogram(MOST_MILLIBYTES, 3);
    private long nextSampleAt;
    private boolean started;
    private long events;
    private long bytes;
    private long sampledEvents;
    private long sampledBytes;
    private long pausedBytes;
    private long pausedAt;

    /**
     * Counts allocations.
     *
     * @param warmUpEvents events that pass before the first window.
     */
    Allocation(final long warmUpEvents)
    {
        this.nextSampleAt = warmUpEvents;
    }

    /**
     * Says how far the thread is.
     *
     * @param handled events so far; never less than before.
     */
    void events(final long handled)
    {
        if (handled >= nextSampleAt)
        {
            sample(handled);
        }
    }

    /** What the thread allocates from here to {@link #resume()} is not counted. */
    void pause()
    {
        pausedAt = THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Ends a pause. */
    void resume()
    {
        pausedBytes += THREADS.getCurrentThreadAllocatedBytes() - pausedAt;
    }

    /** How many events were in windows; 0 when there were too few to say anything. */
    long sampledEvents()
    {
        return sampledEvents;
    }

    /** How many bytes the thread allocated in all windows. */
    long sampledBytes()
    {
        return sampledBytes;
    }

    /** Bytes an event in the median window; 0 when there is none. */
    double medianBytesPerEvent()
    {
        return sampledEvents == 0 ? 0 : milliBytesPerEvent.getValueAtPercentile(50) / 1000.0;
    }

    /** Bytes an event in all windows; 0 when there is none. */
    double meanBytesPerEvent()
    {
        return sampledEvents == 0 ? 0 : (double)sampledBytes / sampledEvents;
    }

    private void sample(final long handled)
    {
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - pausedBytes;
        if (started)
        {
            final long windowEvents = handled - events;
            final long windowBytes = allocated - bytes;
            sampledEvents += windowEvents;
            sampledBytes += windowBytes;
            milliBytesPerEvent.recordValue(Math.min(windowBytes * 1000 / windowEvents, MOST_MILLIBYTES));
        }
        started = true;
        events = handled;
        bytes = allocated;
        nextSampleAt = handled + WINDOW_EVENTS;
    }
}
