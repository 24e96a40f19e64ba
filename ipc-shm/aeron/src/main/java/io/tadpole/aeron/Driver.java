package io.tadpole.aeron;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.RethrowingErrorHandler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.LogBufferDescriptor;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Aeron's media driver, in this JVM or in a process of its own, and this JVM's connection with it. It creates the
 * memory of streams and carries positions back from consumers to producers; no message goes through it.
 *
 * <p>A producer or consumer that is killed stays connected for a minute with a driver that was started here, and as
 * long as it was told with another: a consumer holds its producer back, a producer its successor.
 *
 * <p>Any thread; every call but {@link #failure()} may block. Its threads park when there is nothing to do, and are
 * daemons.
 */
public final class Driver implements AutoCloseable
{
    /** A machine may stop for a while, and each side is then taken for dead by the other if this is less. */
    private static final long PATIENCE_S = 60;
    /** A driver that gave no sign for so long does not run. */
    private static final long SIGN_OF_LIFE_MS = 10_000;
    /** Counters for a thousand streams and more; Aeron's default is eight times as much, all of it real memory. */
    private static final int COUNTERS_BYTES = 1 << 20;
    /** What a driver's own files take with that. */
    private static final long DRIVER_BYTES = 12 << 20;
    /** How long memory stays that Aeron takes from a producer or consumer because the driver died. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path directory;
    private final @Nullable MediaDriver embedded;
    private final Aeron.Context context;
    private final Aeron aeron;
    private final AtomicReference<@Nullable Throwable> error;
    private final AtomicInteger roles = new AtomicInteger();
    private boolean closed;

    private Driver(
        final Path directory, final @Nullable MediaDriver embedded, final AtomicReference<@Nullable Throwable> error)
    {
        this.directory = directory;
        this.embedded = embedded;
        this.error = error;
        this.context = new Aeron.Context()
            .aeronDirectoryName(directory.toString())
            .driverTimeoutMs(TimeUnit.SECONDS.toMillis(PATIENCE_S))
            .closeLingerDurationNs(LINGER_NS)
            .threadFactory(daemons("tadpole-aeron-client"))
            .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE)
            .errorHandler(thrown -> keep(error, thrown));
        this.aeron = Aeron.connect(context);
    }

    /** A producer or a consumer of this driver. */
    final class Role
    {
        private Role()
        {
            roles.incrementAndGet();
        }

        /** Why Aeron has closed it. */
        String end()
        {
            final String why = failure();
            return why == null ? "the connection with the driver in " + directory + " has ended" : why;
        }

        void close()
        {
            roles.decrementAndGet();
        }
    }

    /**
     * Starts a driver in this JVM. Any other process may use it too, by its directory.
     *
     * @param directory to create, in shared memory best; what a driver that was killed left there is removed.
     * @return the driver; closing it removes the directory.
     * @throws IOException when it cannot be started: the message says what is wrong, and what to do.
     */
    public static Driver embedded(final Path directory) throws IOException
    {
        checkJvm();
        checkMayBeRemoved(directory);
        final Path parent = directory.toAbsolutePath().getParent();
        checkSpace(parent == null ? directory : parent, DRIVER_BYTES, "a driver in " + directory, "make space there");
        final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        final MediaDriver launched;
        try
        {
            launched = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnShutdown(true)
                .counterValuesBufferLength(COUNTERS_BYTES)
                .clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(PATIENCE_S))
                .publicationUnblockTimeoutNs(TimeUnit.SECONDS.toNanos(PATIENCE_S + 1))
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                .sharedThreadFactory(daemons("tadpole-aeron-driver"))
                .asyncExecutorEnabled(false)
                .errorHandler(thrown -> keep(error, thrown)));
        }
        catch (final RuntimeException refused)
        {
            throw new IOException("a driver cannot be started in " + directory + ": " + refused.getMessage(), refused);
        }
        try
        {
            return new Driver(directory, launched, error);
        }
        catch (final RuntimeException failed)
        {
            launched.close();
            throw new IOException(
                "the driver in " + directory + " was started, and cannot be reached: " + failed.getMessage(), failed);
        }
    }

    /**
     * Uses a driver that runs already, in whatever process.
     *
     * @param directory of that driver.
     * @return the driver; closing it leaves the process alone.
     * @throws IOException when none runs there: the message says so, and what to do.
     */
    public static Driver external(final Path directory) throws IOException
    {
        checkJvm();
        if (!Files.isDirectory(directory))
        {
            throw new IOException("there is no directory " + directory +
                ": start a driver there, or name the directory of one that runs");
        }
        if (!isActive(directory))
        {
            throw new IOException("no driver runs in " + directory +
                ": start one there, or name the directory of one that runs");
        }
        try
        {
            return new Driver(directory, null, new AtomicReference<>());
        }
        catch (final RuntimeException refused)
        {
            throw new IOException(
                "the driver in " + directory + " cannot be reached: " + refused.getMessage(), refused);
        }
    }

    /** Without this, the first buffer of Aeron would end in an error that names a class of the JDK. */
    private static void checkJvm() throws IOException
    {
        if (!Object.class.getModule().isOpen("jdk.internal.misc", Driver.class.getModule()))
        {
            throw new IOException(
                "Aeron needs the JVM opened: start it with --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
        }
    }

    /** Aeron removes whatever lies in the directory that is to be its own. */
    private static void checkMayBeRemoved(final Path directory) throws IOException
    {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS))
        {
            return;
        }
        if (isActive(directory))
        {
            throw new IOException("a driver runs in " + directory +
                " already, or did until some seconds ago: use it as an external one, or name another directory");
        }
        try (Stream<Path> found = Files.list(directory))
        {
            if (found.findAny().isPresent() && !Files.exists(directory.resolve(CncFileDescriptor.CNC_FILE)))
            {
                throw new IOException(
                    directory + " holds files that are not a driver's: name a directory that does not exist");
            }
        }
    }

    private static boolean isActive(final Path directory) throws IOException
    {
        try
        {
            return CommonContext.isDriverActive(directory.toFile(), SIGN_OF_LIFE_MS, said -> { });
        }
        catch (final RuntimeException unreadable)
        {
            throw new IOException("what lies in " + directory + " is not this version's driver: " +
                unreadable.getMessage() + "; name another directory", unreadable);
        }
    }

    private static void checkSpace(final Path where, final long bytes, final String what, final String advice)
        throws IOException
    {
        final FileStore mount = Files.getFileStore(where);
        final long free = mount.getUsableSpace();
        if (free < bytes)
        {
            throw new IOException(
                what + " needs " + bytes + " bytes, but " + mount + " has " + free + " bytes free: " + advice);
        }
    }

    private static ThreadFactory daemons(final String name)
    {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    /** The first error is the one that counts. */
    private static void keep(final AtomicReference<@Nullable Throwable> error, final Throwable thrown)
    {
        if (!(thrown instanceof final AeronException aeron && aeron.category() == AeronException.Category.WARN))
        {
            error.compareAndSet(null, thrown);
        }
    }

    /**
     * Becomes a producer of a stream. Its memory is made at once, and real: three terms.
     *
     * @param stream that it publishes.
     * @return the producer.
     * @throws IOException when the driver refuses, or its mount has not enough space: the message says what to do.
     */
    public AeronProducer producer(final StreamConfig stream) throws IOException
    {
        checkSpace(
            directory,
            LogBufferDescriptor.computeLogLength(stream.termBytes(), LogBufferDescriptor.PAGE_MIN_SIZE),
            "the log of stream " + stream.streamId() + " in " + directory,
            "make space there, or take smaller terms than " + stream.termBytes() + " bytes");
        final ChannelUri channel = ChannelUri.parse(stream.channel());
        channel.put(CommonContext.TERM_LENGTH_PARAM_NAME, Integer.toString(stream.termBytes()));
        channel.put(CommonContext.MTU_LENGTH_PARAM_NAME, Integer.toString(stream.mtuBytes()));
        channel.put(CommonContext.SPARSE_PARAM_NAME, "false");
        try
        {
            final ExclusivePublication publication =
                aeron.addExclusivePublication(channel.toString(), stream.streamId());
            return new AeronProducer(publication, new Role());
        }
        catch (final RuntimeException refused)
        {
            throw refused("publishing", stream, refused);
        }
    }

    /**
     * Becomes a consumer of a stream. It sees what is published once it is connected.
     *
     * @param stream that it consumes; its term and frame lengths do not matter.
     * @return the consumer.
     * @throws IOException when the driver refuses: the message says why.
     */
    public AeronConsumer consumer(final StreamConfig stream) throws IOException
    {
        try
        {
            final Subscription subscription = aeron.addSubscription(stream.channel(), stream.streamId());
            return new AeronConsumer(subscription, new Role());
        }
        catch (final RuntimeException refused)
        {
            throw refused("consuming", stream, refused);
        }
    }

    private IOException refused(final String what, final StreamConfig stream, final RuntimeException refused)
    {
        return new IOException("the driver in " + directory + " refuses " + what + " stream " + stream.streamId() +
            " of " + stream.channel() + ": " + refused.getMessage(), refused);
    }

    /**
     * Where the driver's files are.
     *
     * @return the directory.
     */
    public Path directory()
    {
        return directory;
    }

    /**
     * What went wrong first, in the driver if it is in this JVM, or in the connection with it. Any thread; wait-free.
     *
     * @return a sentence; null when nothing did.
     */
    public @Nullable String failure()
    {
        final Throwable thrown = error.get();
        return thrown == null ? null : "Aeron reports: " + thrown.getMessage();
    }

    /**
     * Ends the connection, and the driver if it is in this JVM.
     *
     * @throws IllegalStateException when a producer or a consumer is open: their memory would end under them.
     */
    @Override
    public synchronized void close()
    {
        if (closed)
        {
            return;
        }
        if (roles.get() != 0)
        {
            throw new IllegalStateException(
                roles.get() + " producers and consumers of the driver in " + directory + " are open: close them first");
        }
        closed = true;
        // Nobody uses the memory any more, so nothing need linger.
        context.closeLingerDurationNs(0);
        aeron.close();
        if (embedded != null)
        {
            embedded.close();
        }
    }
}
